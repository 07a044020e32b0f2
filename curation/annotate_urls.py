"""Addresses below annotate/."""

from __future__ import annotations

from django.urls import path

from curation.views import annotate

urlpatterns = [
    path("", annotate.annotate_home, name="annotate"),
    path("join/<str:token>/", annotate.annotate_join, name="annotate_join"),
    path("<uuid:key>/", annotate.annotate_work, name="annotate_work"),
    path("<uuid:key>/mine/", annotate.annotate_as_member, name="annotate_as_member"),
    path("<uuid:key>/next/", annotate.annotate_next, name="annotate_next"),
    path("<uuid:key>/answer/", annotate.annotate_answer, name="annotate_answer"),
    path("<uuid:key>/undo/", annotate.annotate_undo, name="annotate_undo"),
]
