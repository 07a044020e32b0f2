"""Who judges: annotators, their part in a round, the tasks they hold, what was done about them."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.db import models

from curation.models.project import Project
from curation.models.rounds import AnnotationRound, Task

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager

    from curation.models.annotation import Annotation


class Annotator(models.Model):
    """Somebody who judges texts, known to the project by a pseudonym only."""

    class Standing(models.TextChoices):
        GOOD = "good"
        WARNED = "warned"
        PAUSED = "paused"  # gets no more tasks; votes count
        EXCLUDED = "excluded"  # votes do not count; their tasks are asked of others

    project = models.ForeignKey(Project, models.CASCADE, related_name="annotators")
    name = models.CharField(max_length=120)
    simulated = models.BooleanField(default=False)
    standing = models.CharField(max_length=8, choices=Standing, db_default=Standing.GOOD)

    if TYPE_CHECKING:
        annotations: RelatedManager[Annotation]
        participations: RelatedManager[Participation]
        actions: RelatedManager[AnnotatorAction]

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["project", "name"], name="annotator_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Participation(models.Model):
    """One annotator's part in one round: how far they are, and where they stand in its line."""

    class State(models.TextChoices):
        INVITED = "invited"  # has not agreed yet, where consent is asked
        QUALIFYING = "qualifying"
        WORKING = "working"
        FINISHED = "finished"
        REFUSED = "refused"  # did not qualify

    round = models.ForeignKey(AnnotationRound, models.CASCADE, related_name="participations")
    annotator = models.ForeignKey(Annotator, models.CASCADE, related_name="participations")
    key = models.UUIDField(default=uuid.uuid4, unique=True)  # how the page's cookie names it
    state = models.CharField(max_length=10, choices=State, default=State.WORKING)
    served = models.PositiveIntegerField(default=0)  # tasks handed out so far, checks included
    answered = models.PositiveIntegerField(default=0)  # answers given, checks and skips included
    first_position = models.BigIntegerField(default=-1)  # last one passed among first-time tasks
    again_position = models.BigIntegerField(default=-1)  # … among tasks that are asked again
    look_again_at = models.DateTimeField(null=True, blank=True)  # search from the start not before
    allowance = models.FloatField(default=0)  # answers that may be given at once (flood guard)
    allowed_at = models.DateTimeField(null=True, blank=True)
    agreed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "annotator"], name="participation_once"),
        ]

    def __str__(self) -> str:
        return f"{self.annotator_id} in {self.round_id}"


class Lease(models.Model):
    """A task in an annotator's hands. Past `expires_at` others may get it."""

    round = models.ForeignKey(AnnotationRound, models.CASCADE, related_name="leases")
    task = models.ForeignKey(Task, models.CASCADE, related_name="leases")
    participation = models.ForeignKey(Participation, models.CASCADE, related_name="leases")
    key = models.UUIDField(default=uuid.uuid4, unique=True)  # what the page sends back
    served_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    held = models.BooleanField(default=True)  # False: given back to the line, answer may come late

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["task", "participation"], name="lease_once"),
        ]
        indexes = [
            models.Index(
                fields=["round", "expires_at"], condition=models.Q(held=True), name="lease_expiry"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.participation_id} holds {self.task_id}"


class AnnotatorAction(models.Model):
    """What was done about an annotator, by whom and on which figures. Never changed, never lost."""

    class Kind(models.TextChoices):
        WARNED = "warned", "warned"
        PAUSED = "paused", "paused"
        RESUMED = "resumed", "resumed"
        REQUEUED = "requeued", "votes set aside, tasks asked of others"
        RESTORED = "restored", "votes count again"

    annotator = models.ForeignKey(Annotator, models.CASCADE, related_name="actions")
    kind = models.CharField(max_length=8, choices=Kind)
    reason = models.TextField()
    figures: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)
    tasks = models.PositiveIntegerField(default=0)  # asked again, or no longer
    by = models.CharField(max_length=150)  # user name, or "rule"
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.annotator_id}: {self.kind}"
