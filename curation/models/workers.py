"""Processes that run jobs, as far as anybody has heard of them."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.db import models
from django.utils import timezone

from curation.models.jobs import SILENCE


class WorkerProcessQuerySet(models.QuerySet["WorkerProcess"]):
    def alive(self) -> WorkerProcessQuerySet:
        return self.filter(heartbeat_at__gte=timezone.now() - SILENCE)

    def long_gone(self) -> WorkerProcessQuerySet:
        """Those that were killed so long ago that nobody asks for them any more."""
        return self.filter(heartbeat_at__lt=timezone.now() - timedelta(days=1))


class WorkerProcess(models.Model):
    """One process that runs jobs. It says every few seconds that it lives, and goes at its end."""

    key = models.UUIDField(default=uuid.uuid4, unique=True)
    host = models.CharField(max_length=120)
    pid = models.PositiveIntegerField()
    queues = models.CharField(max_length=120)  # "default,fronts"; "*" for all
    started_at = models.DateTimeField()
    heartbeat_at = models.DateTimeField()
    stopping = models.BooleanField(default=False)  # takes no more jobs

    objects = WorkerProcessQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "worker processes"

    def __str__(self) -> str:
        return f"{self.host}/{self.pid}"
