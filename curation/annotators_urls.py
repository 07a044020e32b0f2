"""Addresses below projects/<slug>/annotators/."""

from __future__ import annotations

from django.urls import path

from curation.views import annotators

urlpatterns = [
    path("", annotators.annotator_list, name="annotators"),
    path("find/", annotators.annotator_find, name="annotator_find"),
    path("measure/", annotators.annotator_measure, name="annotator_measure"),
    path("rule/", annotators.annotator_rule, name="annotator_rule"),
    # imported names may hold any sign, a slash among them
    path("by-name/<path:name>/do/<str:verb>/", annotators.annotator_act, name="annotator_act"),
    path("by-name/<path:name>/", annotators.annotator_page, name="annotator"),
]
