"""Addresses below projects/SLUG/start/ that ask a language model."""

from __future__ import annotations

from django.urls import path

from generation.views import start

urlpatterns = [
    path("model/", start.start_model, name="start_model"),
    path("first/", start.start_first, name="start_first"),
    path("first/now/", start.start_first_now, name="start_first_now"),
    path("first/judge/", start.start_judging, name="start_judging"),
]
