"""Addresses below projects/SLUG/start/."""

from __future__ import annotations

from django.urls import path

from curation.views import start

TEST, POOL = {"split": "test"}, {"split": "pool"}

urlpatterns = [
    path("", start.start_next, name="start_next"),
    path("question/", start.start_question, name="start_question"),
    path("data/", start.start_texts, TEST, name="start_data"),
    path("data/<str:key>/", start.start_file, TEST, name="start_data_file"),
    path("texts/", start.start_texts, POOL, name="start_texts"),
    path("texts/<str:key>/", start.start_file, POOL, name="start_texts_file"),
    path("people/", start.start_people, name="start_people"),
]
