"""Rounds, tasks, annotators and their votes."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import models

from curation.models.project import Example, Label, Project

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager


class AnnotationRound(models.Model):
    """One batch of tasks sent to one front, with its target overlap."""

    class Front(models.TextChoices):
        LABEL_STUDIO = "label_studio", "Label Studio"
        VOTES = "votes", "imported votes"

    project = models.ForeignKey(Project, models.CASCADE, related_name="rounds")
    number = models.PositiveIntegerField()  # counted from 1 within the project
    key = models.UUIDField(default=uuid.uuid4, unique=True)  # how the front's side names this round
    front = models.CharField(max_length=12, choices=Front)
    overlap = models.PositiveSmallIntegerField()  # annotations per task that are asked for
    simulated = models.BooleanField(default=False)  # answers come from a program, not from people
    server_url = models.URLField(max_length=300, blank=True)
    server_version = models.CharField(max_length=40, blank=True)
    remote_project = models.BigIntegerField(null=True, blank=True)
    watermark = models.CharField(max_length=40, blank=True)  # newest change pulled so far
    pulled_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    if TYPE_CHECKING:
        tasks: RelatedManager[Task]
        strays: RelatedManager[StrayAnswer]

    class Meta:
        ordering = ["project", "number"]
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="round_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.project_id}/{self.number}"


class Task(models.Model):
    """One example as shown to annotators in one round."""

    round = models.ForeignKey(AnnotationRound, models.CASCADE, related_name="tasks")
    example = models.ForeignKey(Example, models.PROTECT, related_name="tasks")
    remote_id = models.BigIntegerField(null=True, blank=True)  # null: not known to the front yet

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "example"], name="task_once_per_round"),
            models.UniqueConstraint(fields=["round", "remote_id"], name="task_remote_id_once"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Annotator(models.Model):
    """Somebody who judges texts, known to the project by a pseudonym only."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="annotators")
    name = models.CharField(max_length=120)
    simulated = models.BooleanField(default=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["project", "name"], name="annotator_once"),
        ]

    def __str__(self) -> str:
        return self.name


class AnnotationQuerySet(models.QuerySet["Annotation"]):
    def of(self, project: Project) -> AnnotationQuerySet:
        return self.filter(task__round__project=project)

    def votes(self) -> AnnotationQuerySet:
        """Answers that name a label; skips are not votes."""
        return self.filter(label__isnull=False)


class Annotation(models.Model):
    """One annotator's answer to one task: a label, or a skip."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="annotations")
    annotator = models.ForeignKey(Annotator, models.PROTECT, related_name="annotations")
    label = models.ForeignKey(Label, models.PROTECT, null=True, blank=True, related_name="+")
    seconds = models.FloatField(null=True, blank=True)  # time the annotator took, if known
    remote_id = models.BigIntegerField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = AnnotationQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["task", "annotator"], name="annotation_once"),
        ]

    def __str__(self) -> str:
        return f"{self.annotator_id} on {self.task_id}"


class StrayAnswer(models.Model):
    """An answer that cannot become a vote, kept with its reason so that nothing is lost."""

    class Reason(models.TextChoices):
        UNKNOWN_LABEL = "unknown_label", "label is not in the project"
        UNKNOWN_TASK = "unknown_task", "task was not sent by this project"
        SEVERAL_LABELS = "several_labels", "more than one label chosen"
        NO_LABEL = "no_label", "no label chosen"
        REPEATED = "repeated", "a newer answer of the same annotator counts"

    round = models.ForeignKey(AnnotationRound, models.CASCADE, related_name="strays")
    remote_task = models.BigIntegerField()
    remote_id = models.BigIntegerField()
    annotator = models.CharField(max_length=200)
    value = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=16, choices=Reason)

    class Meta:
        ordering = ["remote_task", "remote_id"]
        constraints = [
            models.UniqueConstraint(fields=["round", "remote_id"], name="stray_once"),
        ]

    def __str__(self) -> str:
        return f"{self.remote_id}: {self.reason}"
