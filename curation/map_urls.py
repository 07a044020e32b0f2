"""Addresses below projects/<slug>/map/."""

from __future__ import annotations

from django.urls import URLPattern, path

from curation.views import corpus_map

urlpatterns: list[URLPattern] = [
    path("", corpus_map.map_page, name="map"),
    path("draw/", corpus_map.map_draw, name="map_draw"),
    path("points/", corpus_map.map_points, name="map_points"),
    path("colours/", corpus_map.map_colours, name="map_colours"),
    path("texts/", corpus_map.map_texts, name="map_texts"),
]
