"""Annotations, how they changed, and the answers that could not become one."""

from __future__ import annotations

from django.db import models

from curation.models.annotators import Annotator
from curation.models.project import Label, Project
from curation.models.rounds import AnnotationRound, Task


class SkipReason(models.TextChoices):
    UNCLEAR = "unclear", "the text is unclear"
    HARMFUL = "harmful", "the text is harmful"
    LANGUAGE = "language", "not my language"
    OTHER = "other", "another reason"


class AnnotationQuerySet(models.QuerySet["Annotation"]):
    def of(self, project: Project) -> AnnotationQuerySet:
        return self.filter(task__round__project=project)

    def counting(self) -> AnnotationQuerySet:
        """Labels and skips on tasks that ask for votes, of annotators who were not excluded."""
        return self.filter(task__purpose=Task.Purpose.VOTE).exclude(
            annotator__standing=Annotator.Standing.EXCLUDED
        )

    def votes(self) -> AnnotationQuerySet:
        """Counting answers that name a label; skips are not votes."""
        return self.counting().filter(label__isnull=False)


class Annotation(models.Model):
    """One annotator's answer to one task: a label, or a skip."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="annotations")
    annotator = models.ForeignKey(Annotator, models.PROTECT, related_name="annotations")
    label = models.ForeignKey(Label, models.PROTECT, null=True, blank=True, related_name="+")
    skip_reason = models.CharField(max_length=8, choices=SkipReason, blank=True, db_default="")
    seconds = models.FloatField(null=True, blank=True)  # time the annotator took, if known
    remote_id = models.BigIntegerField(null=True, blank=True)
    key = models.UUIDField(null=True, blank=True, unique=True)  # the lease's: a repeat is known
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = AnnotationQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["task", "annotator"], name="annotation_once"),
        ]

    def __str__(self) -> str:
        return f"{self.annotator_id} on {self.task_id}"


class AnnotationChange(models.Model):
    """An answer that was taken back or given anew, as it was before. Never changed, never lost."""

    class Kind(models.TextChoices):
        UNDONE = "undone"
        EDITED = "edited"
        REMOVED = "removed"  # gone from the front

    task = models.ForeignKey(Task, models.CASCADE, related_name="changes")
    annotator = models.ForeignKey(Annotator, models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=7, choices=Kind)
    before = models.ForeignKey(Label, models.PROTECT, null=True, blank=True, related_name="+")
    after = models.ForeignKey(Label, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)  # the answer that was changed
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.annotator_id} on {self.task_id}: {self.kind}"


class StrayAnswer(models.Model):
    """An answer that cannot become a vote, kept with its reason so that nothing is lost."""

    class Reason(models.TextChoices):
        UNKNOWN_LABEL = "unknown_label", "label is not in the project"
        UNKNOWN_TASK = "unknown_task", "task was not sent by this project"
        UNKNOWN_PERSON = "unknown_person", "nobody invited to this round"
        SEVERAL_LABELS = "several_labels", "more than one label chosen"
        NO_LABEL = "no_label", "no label chosen"
        REPEATED = "repeated", "a newer answer of the same annotator counts"
        LATE = "late", "came after others had given all answers"

    round = models.ForeignKey(AnnotationRound, models.CASCADE, related_name="strays")
    remote_task = models.BigIntegerField()  # on the built-in page: the task's own key
    remote_id = models.BigIntegerField()  # on the built-in page: the lease's key
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
