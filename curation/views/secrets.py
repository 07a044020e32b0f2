"""Keys to other servers that a project keeps. They come in here and never come out."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from curation.errors import CurationError
from curation.forms.secrets import SecretForm
from curation.models import Project, Secret
from curation.services.access import Right
from curation.services.secrets import forget_secret, keep_secret
from curation.views.doors import in_project
from curation.views.stages import rail_of


@sensitive_post_parameters("value")
@in_project(Right.MANAGE)
@require_http_methods(["GET", "POST"])
def secrets_page(request: HttpRequest, project: Project) -> HttpResponse:
    form = SecretForm(request.POST or None)
    if form.is_valid():
        try:
            secret = _keep(project, form, by=request.user.get_username())
        except CurationError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"The {secret.get_kind_display()} is kept.")
            return redirect("secrets", project.slug)
    context = {
        "project": project,
        "rail": rail_of(project, here=""),
        "secrets": project.secrets.all(),
        "form": form,
    }
    return render(request, "secrets/page.html", context)


@in_project(Right.MANAGE)
@require_POST
def secret_delete(request: HttpRequest, project: Project, secret_id: int) -> HttpResponse:
    secret = get_object_or_404(Secret, pk=secret_id, project=project)
    forget_secret(secret.kind, address=secret.address, project=project)
    messages.info(request, f"The {secret.get_kind_display()} for {secret.address} is deleted.")
    return redirect("secrets", project.slug)


def _keep(project: Project, form: SecretForm, *, by: str) -> Secret:
    settings.CONCORD_ENDPOINTS.check(form.cleaned_data["address"])
    return keep_secret(**form.cleaned_data, project=project, by=by)
