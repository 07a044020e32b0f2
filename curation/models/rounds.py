"""Rounds and their tasks: what is asked, of how many people, and what is still due."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.db import models

from curation.models.project import Example, Project

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager

    from curation.models.annotation import Annotation, StrayAnswer
    from curation.models.annotators import Lease, Participation


class AnnotationRound(models.Model):
    """One batch of tasks sent to one front, with its target overlap.

    With `first_overlap` the overlap is adaptive: every task gets that many votes, and more, up to
    `overlap`, only while keep-or-drop at `gamma` is open.
    """

    class Front(models.TextChoices):
        LABEL_STUDIO = "label_studio", "Label Studio"
        PAGE = "page", "built-in page"
        VOTES = "votes", "imported votes"
        SIMULATED = "simulated", "simulated crowd"

    class State(models.TextChoices):
        OPEN = "open", "open"
        PAUSED = "paused", "paused"
        CLOSED = "closed", "closed"

    project = models.ForeignKey(Project, models.CASCADE, related_name="rounds")
    number = models.PositiveIntegerField()  # counted from 1 within the project
    key = models.UUIDField(default=uuid.uuid4, unique=True)  # how the front's side names this round
    front = models.CharField(max_length=12, choices=Front)
    state = models.CharField(max_length=6, choices=State, default=State.OPEN)
    simulated = models.BooleanField(default=False)  # answers come from a program, not from people
    chosen = models.BooleanField(db_default=False)  # of texts chosen one by one: no later ones join
    created_at = models.DateTimeField(auto_now_add=True)

    overlap = models.PositiveSmallIntegerField()  # annotations per task, at most
    first_overlap = models.PositiveSmallIntegerField(null=True, blank=True)  # null: not adaptive
    gamma = models.FloatField(null=True, blank=True)  # the threshold an adaptive round decides at
    confidence = models.FloatField(default=0.98)  # share of decisions equal to the full overlap's
    plan: models.JSONField[Any, Any] = models.JSONField(null=True, blank=True)
    # the fitted stopping plan (curation.adaptive) and how many votes it was fitted on
    plan_votes = models.PositiveIntegerField(default=0)
    planned_at = models.DateTimeField(null=True, blank=True)

    answers_each = models.PositiveIntegerField(null=True, blank=True)  # per annotator; null: all
    lease_seconds = models.PositiveIntegerField(default=900)  # an opened task is held this long
    most_skips = models.PositiveSmallIntegerField(default=3)  # then a task is set aside
    checks: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)
    # fields of curation.assignment.Checks: gold, attention, repeats, qualification

    invited_only = models.BooleanField(default=False)  # answers of others are set aside
    consent = models.TextField(blank=True)  # what a crowd agrees to before it starts
    worker_parameter = models.CharField(max_length=60, blank=True)  # "PROLIFIC_PID", "workerId"
    link_number = models.PositiveIntegerField(default=1)  # one more makes older links void
    completion_code = models.CharField(max_length=60, blank=True)  # "": one of each person's own
    completion_url = models.URLField(max_length=500, blank=True)

    server_url = models.URLField(max_length=300, blank=True)
    server_version = models.CharField(max_length=40, blank=True)
    remote_project = models.BigIntegerField(null=True, blank=True)
    watermark = models.CharField(max_length=40, blank=True)  # newest change pulled so far
    pulled_at = models.DateTimeField(null=True, blank=True)
    hinted_at = models.DateTimeField(null=True, blank=True)  # a webhook said: something changed
    webhook_secret = models.CharField(max_length=64, blank=True)
    trouble = models.CharField(max_length=300, blank=True)  # why the last exchange failed; "" fine

    if TYPE_CHECKING:
        tasks: RelatedManager[Task]
        strays: RelatedManager[StrayAnswer]
        participations: RelatedManager[Participation]
        leases: RelatedManager[Lease]

    class Meta:
        ordering = ["project", "number"]
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="round_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.project_id}/{self.number}"

    @property
    def awaits_answers(self) -> bool:
        """Answers may come in at any moment; imported votes came all at once."""
        return self.state == self.State.OPEN and self.front != self.Front.VOTES


class Task(models.Model):
    """One example as shown to annotators in one round.

    `due` is what may still be handed out: wanted votes, less the votes there are, less the leases
    that are held. Only tasks of purpose `vote` are handed out by it; checks go to everybody.
    """

    class Purpose(models.TextChoices):
        VOTE = "vote"  # its answers are votes
        GOLD = "gold"  # its answer is known: measures the annotator
        ATTENTION = "attention"  # says which answer to give
        QUALIFICATION = "qualification"  # answered first, to be let in
        REPEAT = "repeat"  # asked a second time of the same annotator

    class State(models.TextChoices):
        OPEN = "open"
        FULL = "full"  # has all the votes it can get
        SETTLED = "settled"  # more votes would not change the decision
        SET_ASIDE = "set_aside"  # skipped too often

    round = models.ForeignKey(AnnotationRound, models.CASCADE, related_name="tasks")
    example = models.ForeignKey(Example, models.PROTECT, related_name="tasks")
    purpose = models.CharField(max_length=13, choices=Purpose, db_default=Purpose.VOTE)
    state = models.CharField(max_length=9, choices=State, db_default=State.OPEN)
    remote_id = models.BigIntegerField(null=True, blank=True)  # null: not known to the front yet
    urgency = models.PositiveSmallIntegerField(db_default=1)  # 0: asked again, goes first
    position = models.BigIntegerField(db_default=0)  # in line, among tasks of the same urgency
    wanted = models.PositiveSmallIntegerField(db_default=0)  # votes asked for so far
    votes = models.PositiveSmallIntegerField(db_default=0)  # that count
    leased = models.PositiveSmallIntegerField(db_default=0)  # leases held now
    skips = models.PositiveSmallIntegerField(db_default=0)
    due = models.PositiveSmallIntegerField(db_default=0)
    told = models.PositiveSmallIntegerField(null=True, blank=True)
    # answers that the front was told to gather; null: as many as of every task of the round

    if TYPE_CHECKING:
        annotations: RelatedManager[Annotation]

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "example", "purpose"], name="task_once_per_round"
            ),
            models.UniqueConstraint(fields=["round", "remote_id"], name="task_remote_id_once"),
        ]
        indexes = [
            models.Index(
                fields=["round", "urgency", "position"],
                condition=models.Q(due__gt=0),
                name="task_due",
            ),
            models.Index(
                fields=["purpose", "round"],
                condition=~models.Q(purpose="vote"),
                name="task_check",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
