"""Addresses below studies/."""

from __future__ import annotations

from django.urls import URLPattern, path

from training import views

urlpatterns: list[URLPattern] = [
    path("", views.study_list, name="studies"),
    path("new/", views.study_new, name="study_new"),
    path("<slug:slug>/", views.study_page, name="study"),
    path("<slug:slug>/now/", views.study_now_page, name="study_now"),
    path("<slug:slug>/start/", views.study_start, name="study_start"),
    path("<slug:slug>/stop/", views.study_stop, name="study_stop"),
    path("<slug:slug>/delete/", views.study_delete, name="study_delete"),
    path("<slug:slug>/files/<path:name>", views.study_file, name="study_file"),
]
