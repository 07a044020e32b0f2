"""Addresses below compare/, for annotators, and below objectivity/, for researchers."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from curation.views import objectivity

compare_urls: list[URLPattern | URLResolver] = [
    path("<uuid:key>/", objectivity.compare_page, name="compare"),
    path("<uuid:key>/join/<str:token>/", objectivity.compare_join, name="compare_join"),
]
study_urls: list[URLPattern | URLResolver] = [
    path("", objectivity.study_list, name="objectivity"),
    path("<slug:slug>/", objectivity.study_page, name="objectivity_study"),
    path("<slug:slug>/rank/", objectivity.study_rank, name="objectivity_rank"),
    path("<slug:slug>/job/", objectivity.study_job, name="objectivity_job"),
]
