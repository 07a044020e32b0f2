"""Addresses below projects/<slug>/agreement/."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
