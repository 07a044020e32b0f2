"""Background work, as the project sees it; the dispatcher only carries the row's key."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import models
from django.utils import timezone

from curation.models.project import Project

SILENCE = timedelta(seconds=30)  # no heartbeat for this long: its worker is taken for dead


class JobQuerySet(models.QuerySet["Job"]):
    def active(self) -> JobQuerySet:
        return self.filter(state__in=[Job.State.READY, Job.State.RUNNING])

    def asked_for(self) -> JobQuerySet:
        """Without those that start by themselves, to look for answers on Label Studio."""
        return self.exclude(params__has_key="poll")

    def silent(self) -> JobQuerySet:
        """Running jobs whose worker has not been heard of for `SILENCE`.

        A heartbeat from the future is one of before the clock was set back.
        """
        now = timezone.now()
        heard = models.Q(heartbeat_at__range=(now - SILENCE, now + SILENCE))
        return self.filter(~heard, state=Job.State.RUNNING)


class Job(models.Model):
    """One piece of background work. Steps are idempotent, so it may be taken up again."""

    class State(models.TextChoices):
        READY = "ready"
        RUNNING = "running"
        SUCCESSFUL = "successful"
        FAILED = "failed"
        CANCELLED = "cancelled"

    project = models.ForeignKey(Project, models.CASCADE, null=True, blank=True, related_name="jobs")
    kind = models.CharField(max_length=30)  # a key of settings.CONCORD_JOBS
    params: models.JSONField[Any, Any] = models.JSONField(default=dict)
    queue = models.CharField(max_length=20, default="default")
    state = models.CharField(max_length=10, choices=State, default=State.READY)
    attempts = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=3)
    claim = models.CharField(max_length=32, blank=True)  # who runs it now; a new one per attempt
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    cancel_requested = models.BooleanField(default=False)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    note = models.CharField(max_length=200, blank=True)  # what it is doing now
    result: models.JSONField[Any, Any] = models.JSONField(null=True, blank=True)
    error = models.TextField(blank=True)  # a sentence for the user
    traceback = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "heartbeat_at"])]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"
