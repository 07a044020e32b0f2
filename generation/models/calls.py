"""Calls and the drafts they gave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F, Q, Sum

from curation.models import Example, Label, Project
from generation.models.runs import GenerationRun
from generation.prompting.conversation import Turn, conversation
from generation.providers.base import Message
from generation.screening.screen import SURPLUS

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager

UNLABELLED = "unlabelled"  # passed the screening; waits for the separate labelling pass


class CallQuerySet(models.QuerySet["Call"]):
    def of(self, project: Project) -> CallQuerySet:
        return self.filter(run__project=project)

    def writing(self) -> CallQuerySet:
        return self.filter(kind=Call.Kind.WRITE)

    def answered(self) -> CallQuerySet:
        return self.filter(status=Call.Status.ANSWERED)

    def write_off(self) -> int:
        """Take these calls, whose process was killed, for LOST; nanos that they may have cost."""
        in_all = F("reserved") + F("doubtful")
        cost = self.aggregate(n=Sum(in_all))["n"] or 0
        self.update(
            status=Call.Status.LOST,
            problem="The process was killed while the call was under way.",
            spent=in_all,
            doubtful=in_all,
        )
        return int(cost)


class Call(models.Model):
    """One request: written down before it is sent, settled when it is back.

    A call that is SENT while nobody runs its run was under way when its process was killed. It is
    taken for LOST: it may have been paid for, so it keeps its reservation as spent, and another
    call is asked in its place.
    """

    class Kind(models.TextChoices):
        WRITE = "write"
        LABEL = "label"  # the separate labelling pass over texts written before
        VALUES = "values"  # a list of topics or the like

    class Status(models.TextChoices):
        SENT = "sent"
        ANSWERED = "answered"
        REFUSED = "refused"  # filtered, too long, or failed as often as it may
        LOST = "lost"

    run = models.ForeignKey(GenerationRun, models.CASCADE, related_name="calls")
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.WRITE)
    label = models.ForeignKey(Label, models.PROTECT, null=True, blank=True, related_name="+")
    conversation = models.PositiveIntegerField()  # of the label and kind, counted from 0
    turn = models.PositiveIntegerField()  # in the conversation, counted from 0
    status = models.CharField(max_length=8, choices=Status, default=Status.ANSWERED)
    key = models.CharField(max_length=64, blank=True)
    # SHA-256 over model, parameters, messages and seed: equal keys, equal answers
    cached = models.BooleanField(default=False)  # answered from an earlier run's call
    n_texts = models.PositiveSmallIntegerField(default=0)  # asked for
    cell: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)
    # attribute → value drawn for this call
    messages: models.JSONField[Any, Any] = models.JSONField()
    # what this turn added to its conversation; `sent` gives the whole of it
    answer = models.TextField(blank=True)
    problem = models.TextField(blank=True)  # why there is none, as a sentence
    model = models.CharField(max_length=200, blank=True)  # what answered, as the provider names it
    prompt_tokens = models.PositiveIntegerField(null=True, blank=True)
    completion_tokens = models.PositiveIntegerField(null=True, blank=True)
    finish_reason = models.CharField(max_length=30, blank=True)
    attempts = models.PositiveSmallIntegerField(default=1)  # over all
    seconds = models.FloatField(default=0.0)  # of the last attempt
    reserved = models.BigIntegerField(default=0)  # nanos set aside before it was sent
    doubtful = models.BigIntegerField(default=0)  # nanos for attempts that broke off
    spent = models.BigIntegerField(default=0)  # nanos in the end, doubtful ones included
    created_at = models.DateTimeField(auto_now_add=True)  # before it was sent

    objects = CallQuerySet.as_manager()

    if TYPE_CHECKING:
        drafts: RelatedManager[Draft]

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "kind", "label", "conversation", "turn"], name="call_once"
            ),
        ]
        indexes = [
            models.Index(fields=["key"], name="call_key", condition=~Q(key="")),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.kind}/{self.label_id}/{self.conversation}/{self.turn}"

    def sent(self) -> tuple[Message, ...]:
        """The messages of the request, rebuilt from the conversation's earlier turns."""
        earlier = Call.objects.filter(
            run=self.run_id, kind=self.kind, label=self.label_id, conversation=self.conversation
        )
        before = earlier.filter(turn__lt=self.turn).order_by("turn")
        turns = [Turn(added=call.messages, answer=call.answer) for call in before]
        return conversation(turns, added=self.messages)


class DraftQuerySet(models.QuerySet["Draft"]):
    def of(self, project: Project) -> DraftQuerySet:
        return self.filter(call__run__project=project)

    def accepted(self) -> DraftQuerySet:
        return self.filter(reason="")

    def rejected(self) -> DraftQuerySet:
        """Drafts with a fault; surplus is none, and waiting for a label is none."""
        return self.exclude(reason__in=["", SURPLUS, UNLABELLED])


class Draft(models.Model):
    """One text of an answer: an example, or kept with the reason why it is none."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="drafts")
    position = models.PositiveSmallIntegerField()  # in the answer, counted from 1
    text = models.TextField(blank=True)
    reason = models.CharField(max_length=20, blank=True)  # "" = accepted
    detail = models.CharField(max_length=200, blank=True)  # what gave the reason, for people
    family = models.CharField(max_length=100, blank=True)  # of templates, where it has one
    labelled_by = models.ForeignKey(
        Call, models.SET_NULL, null=True, blank=True, related_name="labelled"
    )
    assigned_label = models.ForeignKey(
        Label, models.PROTECT, null=True, blank=True, related_name="+"
    )  # by the labelling pass; null: not asked, or it named none of the set
    example = models.OneToOneField(
        Example, models.SET_NULL, null=True, blank=True, related_name="draft"
    )

    objects = DraftQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["call", "position"], name="draft_once"),
        ]

    def __str__(self) -> str:
        return f"{self.call_id}/{self.position}"
