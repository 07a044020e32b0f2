"""A project as a pipeline: of each stage what is done, what runs now and what it cost so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from curation.agreement import Interval
from curation.models import DatasetVersion, Project
from curation.services.access import Right
from curation.services.report.activity import times_exported
from curation.services.report.costs import Costs, costs_of
from curation.services.report.examples import styles_of
from curation.services.report.policies import policy_panels
from curation.services.report.versions import alpha_bounds
from curation.views import stage_words
from curation.views.doors import in_project
from curation.views.jobs import JobLine, job_lines, now_and_before
from curation.views.next_step import NextStep, next_step
from curation.views.stage_words import Said
from curation.views.stages import KIND_OF_STAGE, Progress, Step, progress_of, steps_of

KEPT = 3600.0  # seconds


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One column of the pipeline."""

    step: Step
    said: Said
    done: int  # of `total`, what the bar shows
    total: int  # 0: at work, and nobody knows how far


@dataclass(frozen=True, kw_only=True)
class Where:
    """Where a project stands: all that changes while something is at work."""

    progress: Progress
    pipeline: list[Stage]
    step: NextStep
    now: list[JobLine]
    before: list[JobLine]  # the newest jobs that ended

    @property
    def at_work(self) -> bool:
        return any(line.active for line in self.now)


def where_of(project: Project) -> Where:
    progress = progress_of(project)
    versions = list(project.dataset_versions.order_by("number"))
    now, before = now_and_before(job_lines(project))
    newest = versions[-1] if versions else None
    return Where(
        progress=progress,
        pipeline=_pipeline(project, progress, now, newest),
        step=next_step(project, progress, policy_panels(versions, styles_of(project))),
        now=now,
        before=before,
    )


def _pipeline(
    project: Project, progress: Progress, now: Sequence[JobLine], newest: DatasetVersion | None
) -> list[Stage]:
    said = _said(project, progress, costs_of([project])[project.pk], newest)
    stages = []
    for step in steps_of(project, progress):
        done, total = _far(step, now)
        stages.append(Stage(step=step, said=said[step.key], done=done, total=total))
    return stages


def _said(
    project: Project, progress: Progress, costs: Costs, newest: DatasetVersion | None
) -> dict[str, Said]:
    counts = progress.counts
    taken = times_exported(project) if counts.versions else 0
    return {
        "generate": stage_words.generate_words(counts, costs),
        "screen": stage_words.screen_words(counts),
        "annotate": stage_words.annotate_words(counts),
        "agree": stage_words.agree_words(counts, costs, newest, _bounds(newest)),
        "curate": stage_words.curate_words(counts, costs, newest),
        "train": stage_words.train_words(progress.trained, costs),
        "export": stage_words.export_words(counts, taken),
    }


def _bounds(newest: DatasetVersion | None) -> Interval | None:
    """How sure α is; worked out once, since a version never changes."""
    if newest is None or newest.alpha is None:
        return None
    name = f"alpha:{newest.pk}:{newest.fingerprint}"
    known: Interval | None = cache.get(name)
    if known is None:
        known = alpha_bounds(newest)
        cache.set(name, known, KEPT)
    return known


def _far(step: Step, now: Sequence[JobLine]) -> tuple[int, int]:
    """How far the stage's own job is, the oldest one; where none is at work, the stage itself."""
    jobs = [
        line.job for line in now if line.active and KIND_OF_STAGE.get(line.job.kind) == step.key
    ]
    if not jobs:
        return round(10 * step.share), 1000
    return jobs[-1].done, jobs[-1].total


@in_project(Right.SEE)
@require_GET
def project_now(request: HttpRequest, project: Project) -> HttpResponse:
    """Where it stands by itself: the page asks for it again while something is at work."""
    where = where_of(project)
    context = {"project": project, "where": where, "step": where.step}
    return render(request, "curation/parts/where.html", context)
