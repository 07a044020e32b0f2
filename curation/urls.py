"""Addresses. The spokes' are included by name."""

from __future__ import annotations

from allauth.account.views import logout
from django.urls import URLPattern, URLResolver, include, path, register_converter
from django.views.decorators.http import require_POST

from curation import views
from curation.api import Anything, api, nowhere
from curation.objectivity_urls import compare_urls, study_urls
from curation.views import joining
from curation.views.account import sign_in
from curation.views.audit import audit_page
from curation.views.secrets import secret_delete, secrets_page
from curation.views.start import start_new

register_converter(Anything, "anything")

project_urls: list[URLPattern | URLResolver] = [
    path("", views.project_page, name="project"),
    path("now/", views.project_now, name="project_now"),
    path("jobs/", views.job_list, name="jobs"),
    path("jobs/start/<str:kind>/", views.job_start, name="job_start"),
    path("jobs/<int:job_id>/cancel/", views.job_cancel, name="job_cancel"),
    path("jobs/<int:job_id>/again/", views.job_again, name="job_again"),
    path("agreement/", include("curation.agreement_urls")),
    path("explore/", include("curation.explorer_urls")),
    path("versions/", include("curation.versions_urls")),
    path("audit/", audit_page, name="audit"),
    path("secrets/", secrets_page, name="secrets"),
    path("secrets/<int:secret_id>/delete/", secret_delete, name="secret_delete"),
    path("examples/", views.examples_page, name="examples"),
    path("examples/<anything:external_id>/", views.example_page, name="example"),
    # apart, so that no example's id is taken for one of these
    path("table/count/", views.examples_count, name="examples_count"),
    path("table/act/", views.examples_act, name="examples_act"),
    path("table/file/<str:form>/", views.examples_file, name="examples_file"),
    path("map/", include("curation.map_urls")),
    path("report/", views.report_page, name="report"),
    path("report/file/", views.report_file, name="report_file"),
    path("rounds/", views.round_list, name="rounds"),
    path("rounds/new/", views.round_new, name="round_new"),
    path("rounds/<int:number>/", views.round_page, name="round"),
    path("annotators/", include("curation.annotators_urls")),
    path("members/", include("curation.members_urls")),
    path("start/", include("curation.start_urls")),
    path("start/", include("generation.start_urls")),
    path("generation/", include("generation.urls")),
    path("training/", include("training.urls")),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.project_list, name="projects"),
    path("login/", sign_in, name="login"),
    path("login/", sign_in, name="account_login"),  # as allauth calls it
    path("logout/", require_POST(logout), name="logout"),
    path("logout/", require_POST(logout), name="account_logout"),
    path("account/tokens/", views.token_list, name="tokens"),
    path("account/tokens/<int:token_id>/revoke/", views.token_revoke, name="token_revoke"),
    path("account/", include("curation.account_urls")),
    path("start/", start_new, name="start"),
    path("projects/<slug:slug>/", include(project_urls)),
    path("invitations/<str:token>/", joining.invitation_page, name="invitation"),
    path("hooks/label-studio/<uuid:key>/", views.label_studio_hook, name="label_studio_hook"),
    path("annotate/", include("curation.annotate_urls")),
    path("compare/", include(compare_urls)),
    path("objectivity/", include(study_urls)),
    path("studies/", include("training.study_urls")),
    path("api/v1/", api.urls),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", views.metrics, name="metrics"),
    path("api/v1/<anything:rest>", nowhere),
]

handler429 = "curation.guards.too_many_attempts"  # where allauth looks for it
handler500 = "curation.troubles.server_error"
