"""Addresses below projects/SLUG/training/."""

from __future__ import annotations

from django.urls import URLPattern, path

from training import views

urlpatterns: list[URLPattern] = [
    path("", views.training_page, name="training"),
    path("jobs/", views.training_jobs, name="training_jobs"),
    path("jobs/<int:job_id>/cancel/", views.training_cancel, name="training_cancel"),
    path("jobs/<int:job_id>/again/", views.training_again, name="training_again"),
    path("runs/<int:key>/", views.run_page, name="training_run"),
]
