"""Addresses below projects/<slug>/versions/."""

from __future__ import annotations

from django.urls import path

from curation import views

urlpatterns = [
    path("<int:number>/", views.version_page, name="dataset_version"),
    path("<int:number>/<str:form>/", views.version_download, name="version_download"),
]
