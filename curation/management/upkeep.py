"""What a worker sees to beside its jobs: dead workers' jobs, open rounds, figures and tables."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from curation import jobs
from curation.management.working import Watch
from curation.models import Job
from curation.models.jobs import JobQuerySet
from curation.services.annotating.upkeep import look_after_rounds
from curation.services.auditing import Actor, acting
from curation.services.operations.carrying_on import carrying_on
from curation.services.quality.rule import projects_due
from curation.services.summaries import look_after

REST = timedelta(hours=1)  # what failed is not started again sooner, unless somebody does so
ITSELF = Actor(name="worker", unasked=True)


def upkeep(watch: Watch) -> None:
    """One round of it. What breaks off keeps nothing else waiting."""
    if not watch.clock_was_moved():  # then every heartbeat looks wrong until the next one
        with carrying_on("looking for dead workers' jobs"):
            jobs.reap()
    for what, work in PARTS.items():
        with carrying_on(what), acting(lambda: ITSELF):
            work()


def renew_plans() -> None:
    """Free abandoned tasks; renew stopping plans that have fallen behind, one job a round."""
    for target in look_after_rounds():
        params = {"round": target.number}
        if _may_start(Job.objects.filter(project=target.project, kind="settle", params=params)):
            jobs.start("settle", target.project, params)


def renew_figures() -> None:
    """Where a project's rule acts on flags, keep the figures they come from up to date."""
    for project in projects_due():
        if _may_start(Job.objects.filter(project=project, kind="annotators")):
            jobs.start("annotators", project)


def renew_summaries() -> None:
    """Bring the tables of examples up to the votes that came."""
    for project in look_after():
        if _may_start(Job.objects.filter(project=project, kind="summaries")):
            jobs.start("summaries", project, {"anew": True})


def _may_start(alike: JobQuerySet) -> bool:
    """Whether none of these is under way, and the newest did not fail a moment ago."""
    if alike.active().exists():
        return False
    newest, now = alike.order_by("-pk").first(), timezone.now()
    if newest is None or newest.state != Job.State.FAILED or newest.finished_at is None:
        return True
    return abs(now - newest.finished_at) > REST  # later than now: the clock was set back


PARTS = {
    "looking after rounds": renew_plans,
    "looking after annotators": renew_figures,
    "looking after summaries": renew_summaries,
}
