"""Lists of topics and the like: shown, edited, removed, written by a model."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from curation import jobs
from curation.errors import CurationError
from curation.models import Project
from curation.services.access import Right
from curation.views.doors import in_project
from generation.forms import ListForm, WriteListForm
from generation.services.attributes import remove_attribute, set_values
from generation.services.showing.lists import lists_of
from generation.services.showing.looking import key_variable
from generation.services.showing.overview import waiting_jobs
from generation.views.finding import frame_of


@in_project(Right.SEE, changing=Right.WORK)
@require_http_methods(["GET", "POST"])
def lists_page(request: HttpRequest, project: Project) -> HttpResponse:
    """The lists; a POST stores one as a person wants it."""
    if request.method == "GET":
        return _page(request, project, edited=ListForm())
    form = ListForm(request.POST)
    if form.is_valid():
        try:
            attribute = set_values(project, form.cleaned_data["name"], form.lines())
        except CurationError as error:
            form.add_error(None, str(error))
        else:
            n = len(attribute.values)
            messages.info(request, f"The list of {attribute.name!r} is stored: {n} values.")
            return redirect("generation_lists", project.slug)
    return _page(request, project, edited=form)


@in_project(Right.WORK)
@require_POST
def list_write(request: HttpRequest, project: Project) -> HttpResponse:
    """Have a model write a list, as a job."""
    form = WriteListForm(request.POST)
    if not form.is_valid():
        return _page(request, project, edited=ListForm(), written=form)
    job = jobs.start_once("attribute_values", project, form.params()).job
    return redirect("generation_started", project.slug, job.pk)


@in_project(Right.WORK)
@require_POST
def list_remove(request: HttpRequest, project: Project) -> HttpResponse:
    name = request.POST.get("name", "")
    try:
        remove_attribute(project, name)
    except CurationError as error:
        messages.error(request, str(error))
    else:
        messages.info(request, f"The list of {name!r} is removed; texts written with it stay.")
    return redirect("generation_lists", project.slug)


def _page(
    request: HttpRequest,
    project: Project,
    *,
    edited: ListForm,
    written: WriteListForm | None = None,
) -> HttpResponse:
    lists = lists_of(project)
    context = {
        **frame_of(project),
        "lists": lists,
        "editing": edited["name"].value() in [one.attribute.name for one in lists],
        "waiting": waiting_jobs(project),
        "edited": edited,
        "written": written or WriteListForm(),
        "key": key_variable(),
    }
    wrong = edited.errors or (written is not None and written.errors)
    return render(request, "generation/lists.html", context, status=400 if wrong else 200)
