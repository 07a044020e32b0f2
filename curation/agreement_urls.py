"""Addresses below projects/<slug>/agreement/."""

from __future__ import annotations

from django.urls import URLPattern, path

from curation.views import aggregators, agreement

urlpatterns: list[URLPattern] = [
    path("", agreement.agreement_page, name="agreement"),
    path("measure/", agreement.agreement_measure, name="agreement_measure"),
    path("aggregators/", aggregators.aggregators_page, name="aggregators"),
    path("aggregators/compare/", aggregators.aggregators_compare, name="aggregators_compare"),
]
