"""One run: how it goes, and what may be done with it."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from curation.errors import CurationError
from curation.models import Project
from curation.services.access import Right
from curation.views.doors import in_project
from generation.models import GenerationRun
from generation.services import controlling
from generation.services.showing.drafts import styles_by_key
from generation.services.showing.mismatches import mismatches_by_label
from generation.services.showing.running import run_now
from generation.services.showing.words import method_title
from generation.views.finding import frame_of, run_at

CONTROLS: dict[str, tuple[Callable[[GenerationRun], object], str]] = {
    "pause": (controlling.pause, "asked to rest once the calls on their way are back"),
    "resume": (controlling.resume, "goes on where it stopped, as soon as a worker is free"),
    "cancel": (controlling.cancel, "asked to stop; what it has is kept"),
}


@in_project(Right.SEE)
@require_GET
def run_page(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    run = run_at(project, number)
    styles = styles_by_key(run.project)
    labelled = bool(run.params.get("label_last"))
    context = {
        **frame_of(run.project),
        "run": run,
        "title": method_title(run.method),
        "now": run_now(run, styles),
        "mismatches": mismatches_by_label(run, styles) if labelled else [],
    }
    return render(request, "generation/run.html", context)


@in_project(Right.SEE)
@require_GET
def run_now_part(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """The part of the page that changes: asked for again while the run is at work."""
    run = run_at(project, number)
    context = {"project": run.project, "run": run, "now": run_now(run, styles_by_key(run.project))}
    return render(request, "generation/parts/now.html", context)


@in_project(Right.WORK)
@require_POST
def run_control(request: HttpRequest, project: Project, number: int, action: str) -> HttpResponse:
    run = run_at(project, number)
    if action not in CONTROLS:
        raise Http404(f"A run cannot be asked to {action!r}.")
    control, said = CONTROLS[action]
    try:
        control(run)
    except CurationError as error:
        messages.error(request, str(error))
    else:
        messages.info(request, f"Run {run.number}: {said}.")
    return redirect("generation_run", project.slug, number)
