"""Studies: the list, one study while it runs, stopping, going on, forgetting."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from curation.errors import CurationError
from curation.services.access import Right, may_somewhere, within
from curation.views.doors import grant, in_study
from training.models import Study
from training.services.showing.study_list import study_lines
from training.services.showing.study_now import study_now
from training.services.studies import delete_study, stop_study
from training.services.studies.starting import start_study

SURE = "yes"  # what the form of a confirmed delete says


@login_required
@require_GET
def study_list(request: HttpRequest) -> HttpResponse:
    """Those in all of whose projects one may read."""
    studies = within(Study.objects.all(), request.user, Right.SEE)
    if may_somewhere(request.user, Right.WORK):
        grant(request, [Right.WORK])
    return render(request, "training/studies.html", {"lines": study_lines(studies)})


@in_study(Study.objects.defer("report"), Right.SEE)
@require_GET
def study_now_page(request: HttpRequest, study: Study) -> HttpResponse:
    """The part of the page that changes: asked for again while the study is at work."""
    return render(request, "training/parts/study_now.html", {"now": study_now(study)})


@in_study(Study.objects.all(), Right.WORK)
@require_POST
def study_start(request: HttpRequest, study: Study) -> HttpResponse:
    """Start it, or go on where it ended; a second click is not a second job."""
    try:
        if not start_study(study).new:
            messages.info(request, "The study is under way already.")
    except CurationError as error:
        messages.error(request, str(error))
    return redirect("study", study.slug)


@in_study(Study.objects.all(), Right.WORK)
@require_POST
def study_stop(request: HttpRequest, study: Study) -> HttpResponse:
    if stop_study(study.slug):
        messages.info(request, "The study was asked to stop; runs that are finished are kept.")
    else:
        messages.info(request, "Nothing of the study was at work.")
    return redirect("study", study.slug)


@in_study(Study.objects.all(), Right.MANAGE)
@require_POST
def study_delete(request: HttpRequest, study: Study) -> HttpResponse:
    if request.POST.get("sure") != SURE:
        messages.error(request, "Nothing was deleted: tick that you are sure.")
        return redirect("study", study.slug)
    try:
        delete_study(study.slug)
    except CurationError as error:
        messages.error(request, str(error))
        return redirect("study", study.slug)
    messages.info(request, f"{study.title} is deleted; its runs and their files are kept.")
    return redirect("studies")
