"""Addresses below projects/SLUG/generation/."""

from __future__ import annotations

from django.urls import path

from generation import views

urlpatterns = [
    path("", views.generation_page, name="generation"),
    path("started/<int:job_id>/", views.started_page, name="generation_started"),
    path("runs/<int:number>/", views.run_page, name="generation_run"),
    path("runs/<int:number>/now/", views.run_now_part, name="generation_run_now"),
    path("runs/<int:number>/drafts/", views.drafts_page, name="generation_drafts"),
    path("runs/<int:number>/mismatches/", views.mismatches_page, name="generation_run_mismatches"),
    path("runs/<int:number>/<str:action>/", views.run_control, name="generation_control"),
    path("calls/<int:call_id>/", views.call_page, name="generation_call"),
    path("mismatches/", views.mismatches_page, name="generation_mismatches"),
    path("attributes/", views.lists_page, name="generation_lists"),
    path("attributes/write/", views.list_write, name="generation_list_write"),
    path("attributes/remove/", views.list_remove, name="generation_list_remove"),
]
