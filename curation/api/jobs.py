"""Background work: how far it is."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from ninja import Router

from curation.api.schemas import JobOut, Problem
from curation.models import Job
from curation.services.access import Right, project_for

router = Router()


@router.get(
    "/{slug}/jobs/{int:job_id}",
    response={200: JobOut, 401: Problem, 403: Problem, 404: Problem},
    summary="How far a job is",
)
def job(request: HttpRequest, slug: str, job_id: int) -> dict[str, Any]:
    project = project_for(request.user, slug, Right.SEE)
    found = Job.objects.filter(pk=job_id, project=project).first()
    if found is None:
        raise Http404(f"Project {slug!r} has no job {job_id}.")
    return job_json(request, found)


def job_json(request: HttpRequest, job: Job) -> dict[str, Any]:
    assert job.project is not None
    return {
        "id": job.pk,
        "kind": job.kind,
        "state": job.state,
        "done": job.done,
        "total": job.total,
        "note": job.note,
        "error": job.error,
        "result": job.result,
        "href": request.build_absolute_uri(f"/api/v1/projects/{job.project.slug}/jobs/{job.pk}"),
    }
