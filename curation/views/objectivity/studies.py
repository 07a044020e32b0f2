"""Studies for researchers: how far they are, and what people said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from curation import jobs
from curation.errors import CurationError
from curation.models import Job, ObjectivityStudy
from curation.services.access import Right, within
from curation.services.objectivity.links import study_link
from curation.services.objectivity.ranked import (
    KIND,
    newest_ranking,
    project_of,
    ranking_jobs,
)
from curation.services.objectivity.ranking import fingerprint_of, pair_rows
from curation.services.objectivity.studies import Progress, progress_of
from curation.views.doors import in_study
from curation.views.jobs import JobLine, job_line
from curation.views.objectivity.ranked import ranked_context

LINK_DAYS = 30


@dataclass(frozen=True, kw_only=True)
class StudyLine:
    """A study as one row of the list."""

    study: ObjectivityStudy
    progress: Progress


@login_required
@require_GET
def study_list(request: HttpRequest) -> HttpResponse:
    """Those in all of whose projects one may read."""
    everything = ObjectivityStudy.objects.order_by("-created_at")
    studies = within(everything, request.user, Right.SEE)
    context = {
        "lines": [StudyLine(study=study, progress=progress_of(study)) for study in studies],
        "command": "python manage.py objectivity create tasks irony spam news",
    }
    return render(request, "objectivity/list.html", context)


@in_study(ObjectivityStudy.objects.all(), Right.SEE)
@require_GET
def study_page(request: HttpRequest, study: ObjectivityStudy) -> HttpResponse:
    return render(request, "objectivity/study.html", _context(request, study))


@in_study(ObjectivityStudy.objects.all(), Right.SEE)
@require_GET
def study_job(request: HttpRequest, study: ObjectivityStudy) -> HttpResponse:
    """The job by itself: the page asks for it again while it is at work."""
    return render(request, "objectivity/parts/job.html", {"job": _newest_job(study)})


@in_study(ObjectivityStudy.objects.all(), Right.WORK)
@require_POST
def study_rank(request: HttpRequest, study: ObjectivityStudy) -> HttpResponse:
    """Rank what was answered so far; a second click is not a second job."""
    try:
        jobs.start_once(KIND, project_of(study), {"study": study.slug})
    except CurationError as error:
        messages.error(request, str(error))
    return redirect("objectivity_study", study.slug)


def _context(request: HttpRequest, study: ObjectivityStudy) -> dict[str, Any]:
    progress = progress_of(study)
    token = study_link(study, days=LINK_DAYS)
    stored = newest_ranking(study)
    order = [row.slug for row in stored.rows] if stored else []
    return {
        "study": study,
        "progress": progress,
        "job": _newest_job(study),
        "ranked": ranked_context(stored) if stored else None,
        "stale": stored is not None and stored.fingerprint != fingerprint_of(study),
        "pair_rows": pair_rows(study, order=order) if progress.comparisons else [],
        "link": request.build_absolute_uri(reverse("compare_join", args=[study.key, token])),
        "link_days": LINK_DAYS,
        "own": reverse("compare", args=[study.key]),
        "commands": [
            f"python manage.py objectivity {verb} {study.slug}" for verb in ("push", "pull")
        ],
        "import_command": f"python manage.py objectivity import {study.slug} comparisons.csv",
    }


def _newest_job(study: ObjectivityStudy) -> JobLine | None:
    """The job to be spoken of: one at work, or one that failed since the last ranking."""
    job = ranking_jobs(study).order_by("-pk").first()
    if job is None or job.state == Job.State.SUCCESSFUL:
        return None
    return job_line(job)
