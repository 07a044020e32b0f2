"""Addresses below projects/<slug>/explore/."""

from __future__ import annotations

from django.urls import URLPattern, path

from curation.views import explorer

urlpatterns: list[URLPattern] = [
    path("", explorer.explorer_page, name="explorer"),
    path("numbers/", explorer.explorer_numbers, name="explorer_numbers"),
    path("margin/", explorer.explorer_margin, name="explorer_margin"),
    path("measure/", explorer.explorer_measure, name="explorer_measure"),
]
