"""The Train step: scores, runs, and training more."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from curation import jobs
from curation.errors import CurationError
from curation.models import Job, Project
from curation.services.access import Right
from curation.views.doors import in_project
from curation.views.jobs import JobLine, job_line
from training.forms import TrainingForm
from training.services.showing.asking import WishShown
from training.services.showing.overview import overview
from training.services.showing.run_list import run_list
from training.services.showing.words import source_title
from training.views.finding import frame_of, number_in

KIND = "train"


@in_project(Right.SEE, changing=Right.WORK)
@require_http_methods(["GET", "POST"])
def training_page(request: HttpRequest, project: Project) -> HttpResponse:
    if request.method == "GET":
        return _page(request, project, TrainingForm(project=project))
    form, shown = TrainingForm(request.POST, project=project), None
    if form.is_valid():
        try:
            shown = form.look()
        except CurationError as error:
            form.refuse(error)
        else:
            if request.POST.get("action") == "start":
                return _start(request, project, form)
    return _page(request, project, form, shown)


def _start(request: HttpRequest, project: Project, form: TrainingForm) -> HttpResponse:
    if not jobs.start_once(KIND, project, form.params()).new:
        messages.info(request, "This is under way already.")
    return redirect(f"{reverse('training', args=[project.slug])}#main")


def _page(
    request: HttpRequest, project: Project, form: TrainingForm, shown: WishShown | None = None
) -> HttpResponse:
    source = request.GET.get("source", "").replace("\0", "")
    before = number_in(request, "before")
    context = {
        **frame_of(project),
        "overview": overview(project),
        "lines": job_lines(project),
        "runs": run_list(project, source=source, before=before),
        "source": source,
        "source_title": source_title(source) if source else "",
        "further": before is not None,
        "form": form,
        "wish": shown,
        "test_command": f"python manage.py import_examples {project.slug} test.jsonl --split test",
        "share_command": f"python manage.py import_votes {project.slug} votes.csv --test-share 0.3",
    }
    return render(request, "training/overview.html", context, status=400 if form.errors else 200)


@in_project(Right.SEE)
@require_GET
def training_jobs(request: HttpRequest, project: Project) -> HttpResponse:
    """Training under way: the page asks for it again while something is at work."""
    context = {"project": project, "lines": job_lines(project)}
    return render(request, "training/parts/jobs.html", context)


@in_project(Right.WORK)
@require_POST
def training_cancel(request: HttpRequest, project: Project, job_id: int) -> HttpResponse:
    job = get_object_or_404(Job, pk=job_id, project=project, kind=KIND)
    jobs.cancel(job)
    messages.info(request, "Training was asked to stop; runs that are finished are kept.")
    return redirect("training", project.slug)


@in_project(Right.WORK)
@require_POST
def training_again(request: HttpRequest, project: Project, job_id: int) -> HttpResponse:
    """The same once more; runs that are finished are kept."""
    ended = [Job.State.FAILED, Job.State.CANCELLED]
    job = get_object_or_404(Job, pk=job_id, project=project, kind=KIND, state__in=ended)
    jobs.start_once(KIND, project, job.params, queue=job.queue)
    return redirect("training", project.slug)


def job_lines(project: Project) -> list[JobLine]:
    """Jobs at work, and the newest one where it ended badly."""
    found = Job.objects.filter(project=project, kind=KIND).order_by("-pk")
    if at_work := list(found.active()):
        return [job_line(job) for job in at_work]
    newest = found.first()
    if newest is None or newest.state == Job.State.SUCCESSFUL:
        return []
    return [job_line(newest)]
