"""Addresses below projects/<slug>/explore/."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
