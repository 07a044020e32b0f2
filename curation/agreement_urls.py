"""Addresses below projects/<slug>/agreement/."""

from __future__ import annotations

from django.urls import URLPattern, path

from curation.views import agreement

urlpatterns: list[URLPattern] = [
    path("", agreement.agreement_page, name="agreement"),
    path("measure/", agreement.agreement_measure, name="agreement_measure"),
]
