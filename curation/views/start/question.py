"""Step 1: what is classified. The project is made here."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from curation.errors import CurationError, NotAllowed
from curation.forms.start import MORE_ROWS, QuestionForm, question_like, question_of
from curation.models import Project
from curation.services.access import Right, check_may_create
from curation.services.first_steps.question import begin_project, change_question
from curation.services.first_steps.standing import next_step
from curation.services.project_settings import is_untouched
from curation.services.projects import preset_titles, read_preset
from curation.views.doors import in_project
from curation.views.start.frame import frame_of, step_url


@login_required
@require_http_methods(["GET", "POST"])
def start_new(request: HttpRequest) -> HttpResponse:
    """A project that is not there yet; whoever makes it owns it."""
    try:
        check_may_create(request.user)
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error
    if request.method == "GET":
        return _empty(request)
    form = QuestionForm(request.POST)
    if _wants_rows(request):
        return _page(request, form)
    if form.is_valid():
        try:
            assert request.user.is_authenticated
            project = begin_project(request.user, form.said(), key=form.cleaned_data["key"])
        except CurationError as error:
            form.add_error(None, str(error))
        else:
            return redirect("start_data", project.slug)
    return _page(request, form)


@in_project(Right.WORK, changing=Right.MANAGE)
@require_http_methods(["GET", "POST"])
def start_question(request: HttpRequest, project: Project) -> HttpResponse:
    """The same of a project that is there."""
    if request.method == "GET":
        return _page(request, QuestionForm(initial=question_of(project)), project)
    form = QuestionForm(request.POST)
    if _wants_rows(request):
        return _page(request, form, project)
    if form.is_valid():
        try:
            change_question(project, form.said())
        except CurationError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "The question is kept.")
            return redirect("start_data", project.slug)
    return _page(request, form, project)


@in_project(Right.WORK)
@require_GET
def start_next(request: HttpRequest, project: Project) -> HttpResponse:
    """On to the first step that is not done."""
    return redirect(step_url(project, next_step(project)))


def _empty(request: HttpRequest) -> HttpResponse:
    """A form to fill in, or one that a template has filled in."""
    like = request.GET.get("like", "")
    if not like:
        return _page(request, QuestionForm())
    try:
        return _page(request, QuestionForm(initial=question_like(like, read_preset(like))))
    except CurationError as error:
        messages.error(request, str(error))
        return redirect("start")


def _wants_rows(request: HttpRequest) -> bool:
    return request.POST.get("do") == "more"


def _page(request: HttpRequest, form: QuestionForm, project: Project | None = None) -> HttpResponse:
    more = _wants_rows(request)
    if more:  # nothing was sent yet, so nothing is wrong yet
        form.errors.clear()
    titles = preset_titles() if project is None else {}
    context = {
        **frame_of(project, "question"),
        "form": form,
        "rows": form.rows(more=MORE_ROWS if more else 0),
        "locked": project is not None and not is_untouched(project),
        "templates": titles,
        "template": titles.get(str(form["like"].value() or ""), ""),
    }
    return render(request, "start/question.html", context, status=400 if form.errors else 200)
