"""How far somebody is who makes a project in the browser."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models

from curation.models.project import Project


class FirstSteps(models.Model):
    """What was said in the first steps of a project and stands in no other row yet."""

    class Front(models.TextChoices):
        PAGE = "page", "on Concord’s own page"
        LABEL_STUDIO = "label_studio", "in Label Studio"

    project = models.OneToOneField(Project, models.CASCADE, related_name="first_steps")
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    # of the form that made the project: sent twice, it makes one project
    without_test = models.BooleanField(default=False)  # somebody went on without real texts
    writer: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)
    # whom texts are asked of, as generation says it
    tried: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)
    # what came of the last call that only tried the writer
    front = models.CharField(max_length=12, choices=Front, blank=True)  # "" = not said yet
    server = models.CharField(max_length=300, blank=True)  # of Label Studio
    ended_at = models.DateTimeField(null=True, blank=True)  # when the first texts could be judged

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.project_id}"
