"""Background work: seen, started, stopped, tried again."""

from __future__ import annotations

from typing import Any, Literal

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Field, Query, Router, Status

from curation import jobs
from curation.api.answers import reads, writes
from curation.api.door import caller_of, project_at
from curation.api.once import once
from curation.api.paging import Page, PageAsked, page_of
from curation.api.schemas import JobOut, Strict
from curation.errors import NothingToDo, ScopeMissing
from curation.models import Job, Project
from curation.services.access import Right
from curation.services.job_rights import check_job, may_read, projects_of_job

router = Router()

# kinds that need no more than a button; generating, training, freezing and studies have their own
Startable = Literal["pull", "agreement", "annotators", "aggregators", "explore", "map"]
UNTOLD = "Told to those only who may see every project of its study."


class JobsAsked(PageAsked):
    state: Literal["ready", "running", "successful", "failed", "cancelled"] | None = None
    kind: str = Field("", max_length=30)


class JobIn(Strict):
    kind: Startable
    aggregator: str = Field("", max_length=30, description="of explore; majority when left out")


@router.get("/{slug}/jobs", response=reads(Page[JobOut]), summary="All jobs, newest first")
def job_list(
    request: HttpRequest, response: HttpResponse, slug: str, asked: Query[JobsAsked]
) -> dict[str, Any]:
    project = project_at(request, slug, Right.SEE)
    found = project.jobs.select_related("project")
    if asked.state:
        found = found.filter(state=asked.state)
    if asked.kind:
        found = found.filter(kind=asked.kind)
    return page_of(
        request,
        response,
        found,
        asked,
        tell=lambda job: job_json(request, job),
        newest_first=True,
    )


@router.post("/{slug}/jobs", response=writes({200: JobOut, 202: JobOut}), summary="Start a job")
@once
def job_start(request: HttpRequest, response: HttpResponse, slug: str, asked: JobIn) -> Status[Any]:
    """202 with the job; 200 with the one that is under way already."""
    project = project_at(request, slug, Right.WORK)
    params = {"aggregator": asked.aggregator or "majority"} if asked.kind == "explore" else {}
    return started(request, response, jobs.start_once(asked.kind, project, params))


@router.get("/{slug}/jobs/{int:job_id}", response=reads(JobOut), summary="How far a job is")
def job(request: HttpRequest, slug: str, job_id: int) -> dict[str, Any]:
    return job_json(request, _job(project_at(request, slug, Right.SEE), job_id))


@router.post(
    "/{slug}/jobs/{int:job_id}/cancel", response=writes({200: JobOut}), summary="Stop a job"
)
def job_cancel(request: HttpRequest, slug: str, job_id: int) -> dict[str, Any]:
    """At once if it waits, at its next step if it runs; what it had finished is kept."""
    found = _changeable(request, project_at(request, slug, Right.WORK), job_id)
    jobs.cancel(found)
    found.refresh_from_db()
    return job_json(request, found)


@router.post(
    "/{slug}/jobs/{int:job_id}/again",
    response=writes({200: JobOut, 202: JobOut}),
    summary="Try a job again",
)
@once
def job_again(request: HttpRequest, response: HttpResponse, slug: str, job_id: int) -> Status[Any]:
    """Of one that failed or was cancelled; it goes on where that one ended."""
    project = project_at(request, slug, Right.WORK)
    found = _changeable(request, project, job_id)
    if found.state not in {Job.State.FAILED, Job.State.CANCELLED}:
        raise NothingToDo(f"Job {job_id} is {found.state}, so there is nothing to try again.")
    begun = jobs.start_once(found.kind, project, found.params, queue=found.queue)
    return started(request, response, begun)


def _job(project: Project, job_id: int) -> Job:
    found = Job.objects.filter(pk=job_id, project=project).select_related("project").first()
    if found is None:
        raise Http404(f"Project {project.slug!r} has no job {job_id}.")
    return found


def _changeable(request: HttpRequest, project: Project, job_id: int) -> Job:
    """A study's job takes the right in every project of the study."""
    found, caller = _job(project, job_id), caller_of(request)
    check_job(caller.user, found, Right.WORK)
    if caller.only and projects_of_job(found).exclude(pk=caller.only).exists():
        raise ScopeMissing(needs="open every project of the study", has="open one of them only")
    return found


def started(request: HttpRequest, response: HttpResponse, begun: jobs.Started) -> Status[Any]:
    """202 with a new job and its address, 200 with one that is under way already."""
    told = job_json(request, begun.job)
    response["Location"] = told["href"]
    return Status(202 if begun.new else 200, told)


def job_json(request: HttpRequest, job: Job) -> dict[str, Any]:
    assert job.project is not None
    plain = (
        "kind", "state", "done", "total", "note", "error", "result", "created_at", "started_at",
        "finished_at",
    )  # fmt: skip
    address = f"/api/v1/projects/{job.project.slug}/jobs/{job.pk}"
    told = {name: getattr(job, name) for name in plain}
    caller = caller_of(request)
    if not may_read(caller.user, job, only=caller.only):
        told |= {"note": "", "result": None, "error": job.error and UNTOLD}
    return {"id": job.pk, **told, "href": request.build_absolute_uri(address)}
