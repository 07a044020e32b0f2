"""Addresses below projects/<slug>/versions/."""

from __future__ import annotations

from django.urls import path

from curation import views

urlpatterns = [
    path("", views.version_list, name="version_list"),
    path("freeze/", views.version_freeze, name="version_freeze"),
    path("freezing/<int:job_id>/", views.version_freezing, name="version_freezing"),
    path("freezing/<int:job_id>/job/", views.version_freezing_job, name="version_freezing_job"),
    path("<int:number>/", views.version_page, name="dataset_version"),
    path("<int:number>/lineage/", views.version_lineage, name="version_lineage"),
    path("<int:number>/prov.json", views.version_prov_file, name="version_prov"),
    path("<int:number>/rows/<anything:external_id>/", views.version_row, name="version_row"),
    path("<int:before>/diff/<int:after>/", views.version_diff, name="version_diff"),
    path("<int:number>/<str:form>/", views.version_download, name="version_download"),
]
