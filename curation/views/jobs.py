"""Background work: seen, started, stopped, tried again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from curation import jobs
from curation.errors import CurationError, NotAllowed
from curation.forms import TrainForm
from curation.models import Job, Project
from curation.reporting import wording
from curation.services.access import Right
from curation.services.job_rights import check_job
from curation.services.pace import seconds_left
from curation.views.doors import in_project

FROM_PAGES = ("pull", "agreement", "summaries", "train")  # kinds that need no more than a button
SHOWN = 4

KINDS = {
    "generate": "Generate texts",
    "push": "Send texts to Label Studio",
    "pull": "Pull annotations",
    "settle": "Look at an adaptive round anew",
    "agreement": "Measure agreement",
    "explore": "Measure expected scores",
    "aggregators": "Compare aggregators",
    "freeze": "Freeze a version",
    "annotators": "Work out annotators’ figures",
    "train": "Train classifiers",
    "study": "Run a study",
    "summaries": "Bring the table of texts up",
    "map": "Draw the map of the texts",
    "rank_tasks": "Rank tasks by objectivity",
}
STATES: dict[str, str] = {
    Job.State.READY: "waits for a worker",
    Job.State.RUNNING: "running",
    Job.State.SUCCESSFUL: "done",
    Job.State.FAILED: "failed",
    Job.State.CANCELLED: "cancelled",
}


@dataclass(frozen=True, kw_only=True)
class JobLine:
    """A job as the page shows it."""

    job: Job
    title: str
    state: str
    active: bool
    stopping: bool
    failed: bool
    again: bool  # may be tried again: it failed or was cancelled
    progress: str  # how far, and how long still where that can be told, in words
    took: str


def job_lines(project: Project) -> list[JobLine]:
    """The newest jobs, and every one that is still at work; not those that start by themselves.

    What comes of polling Label Studio is seen on its round.
    """
    started = Job.objects.asked_for().filter(project=project)
    newest = list(started.order_by("-pk")[:SHOWN])
    active = started.filter(state__in=[Job.State.READY, Job.State.RUNNING])
    older = active.exclude(pk__in=[job.pk for job in newest])
    return [job_line(job) for job in [*newest, *older.order_by("-pk")]]


def now_and_before(lines: list[JobLine]) -> tuple[list[JobLine], list[JobLine]]:
    """Jobs that are at work, with the newest one where it failed; and all others."""
    now = [line for number, line in enumerate(lines) if line.active or (line.failed and not number)]
    return now, [line for line in lines if line not in now]


def job_line(job: Job) -> JobLine:
    active = job.state in {Job.State.READY, Job.State.RUNNING}
    return JobLine(
        job=job,
        title=KINDS.get(job.kind, job.kind.replace("_", " ").capitalize()),
        state="stopping at its next step" if active and job.cancel_requested else STATES[job.state],
        active=active,
        stopping=active and job.cancel_requested,
        failed=job.state == Job.State.FAILED,
        again=job.state in {Job.State.FAILED, Job.State.CANCELLED},
        progress=_progress(job),
        took=_took(job),
    )


def _progress(job: Job) -> str:
    far = ""
    if job.total:
        far = f"{wording.count(job.done)} of {wording.count(job.total)}"
    elif job.done:
        far = wording.count(job.done)
    left = seconds_left(job)
    wait = "" if left is None else wording.time_left(left)
    return " · ".join(part for part in (far, job.note, wait) if part)


def _took(job: Job) -> str:
    if job.started_at is None or job.finished_at is None:
        return ""
    return wording.duration((job.finished_at - job.started_at).total_seconds())


@in_project(Right.SEE)
@require_GET
def job_list(request: HttpRequest, project: Project) -> HttpResponse:
    """The list by itself: the page asks for it again while something is at work."""
    context = {"project": project, "jobs": job_lines(project)}
    return render(request, "curation/parts/jobs.html", context)


@in_project(Right.WORK)
@require_POST
def job_start(request: HttpRequest, project: Project, kind: str) -> HttpResponse:
    if kind not in FROM_PAGES:
        raise Http404(f"No page starts jobs of kind {kind!r}.")
    params: dict[str, Any] = {}
    if kind == "train":
        form = TrainForm(request.POST, project=project)
        if not form.is_valid():
            for errors in form.errors.values():
                messages.error(request, str(errors[0]))
            return redirect(project)
        params = form.params()
    return _start(request, project, kind, params)


@in_project(Right.WORK)
@require_POST
def job_cancel(request: HttpRequest, project: Project, job_id: int) -> HttpResponse:
    job = get_object_or_404(Job, pk=job_id, project=project)
    _check(request, job)
    jobs.cancel(job)
    messages.info(request, f"{KINDS.get(job.kind, job.kind)}: asked to stop; what is done is kept.")
    return redirect("project", project.slug)


@in_project(Right.WORK)
@require_POST
def job_again(request: HttpRequest, project: Project, job_id: int) -> HttpResponse:
    """The same work once more; steps are idempotent, so it goes on where the first one ended."""
    failed = [Job.State.FAILED, Job.State.CANCELLED]
    job = get_object_or_404(Job, pk=job_id, project=project, state__in=failed)
    _check(request, job)
    return _start(request, project, job.kind, job.params, queue=job.queue)


def _check(request: HttpRequest, job: Job) -> None:
    """A study's job takes the role in every project of the study."""
    try:
        check_job(request.user, job, Right.WORK)
    except NotAllowed as error:
        raise PermissionDenied(str(error)) from error


def _start(
    request: HttpRequest,
    project: Project,
    kind: str,
    params: dict[str, Any],
    *,
    queue: str = "",
) -> HttpResponse:
    """Start a job unless one like it is at work already: a second click is not a second job."""
    try:
        if not jobs.start_once(kind, project, params, queue=queue).new:
            messages.info(request, f"{KINDS.get(kind, kind)}: this is under way already.")
    except CurationError as error:
        messages.error(request, str(error))
    return redirect(project)
