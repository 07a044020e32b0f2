"""What was asked of a language model and what came back. Written by `generation.services` only.

example → draft → call → run: any generated text can be walked back to the prompt it answers.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone

from curation.errors import CurationError, JobCancelled
from curation.models import Example, Label, Project
from generation.prompting.conversation import Turn, conversation
from generation.providers.base import Message
from generation.screening.screen import SURPLUS

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager


class GenerationRun(models.Model):
    """One way of asking one provider for texts, followed until enough of them are accepted.

    Asked for again with the same fingerprint it continues; asked for more, it goes on.
    """

    class Status(models.TextChoices):
        READY = "ready"
        RUNNING = "running"  # or killed: whoever asks for it again takes it up
        SUCCESSFUL = "successful"  # with a sentence in `error` when fewer came than were asked for
        FAILED = "failed"
        CANCELLED = "cancelled"

    project = models.ForeignKey(Project, models.CASCADE, related_name="generation_runs")
    number = models.PositiveIntegerField()  # counted from 1 within the project
    provider = models.CharField(max_length=30)  # a key of generation.providers.PROVIDERS
    model = models.CharField(max_length=200, blank=True)
    base_url = models.CharField(max_length=300, blank=True)  # "" = none; never holds a key
    method = models.CharField(max_length=30)  # a key of generation.prompting.METHODS
    prompt_version = models.CharField(max_length=40)
    params: models.JSONField[Any, Any] = models.JSONField()  # what prompts and sampling are made of
    seed = models.BigIntegerField()
    target = models.PositiveIntegerField()  # examples asked for, over all labels
    fingerprint = models.CharField(max_length=64)  # SHA-256 over all of the above but the target
    status = models.CharField(max_length=10, choices=Status, default=Status.READY)
    claim = models.CharField(max_length=32, blank=True)  # who runs it now; a new one each time
    accepted = models.PositiveIntegerField(default=0)  # drafts that became examples
    rejected = models.PositiveIntegerField(default=0)
    surplus = models.PositiveIntegerField(default=0)  # good drafts beyond the target
    prompt_tokens = models.PositiveBigIntegerField(default=0)
    completion_tokens = models.PositiveBigIntegerField(default=0)
    patience_from = models.BigIntegerField(default=0)
    # key of the last call before it was taken up after an end: older calls try no patience
    error = models.TextField(blank=True)  # a sentence for the user
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    if TYPE_CHECKING:
        calls: RelatedManager[Call]

    class Meta:
        ordering = ["project", "number"]
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="generation_number_once"),
            models.UniqueConstraint(
                fields=["project", "fingerprint"], name="generation_fingerprint_once"
            ),
        ]

    def __str__(self) -> str:
        return f"g{self.number}"

    @property
    def finished_well(self) -> bool:
        return self.status == self.Status.SUCCESSFUL

    @contextmanager
    def executing(self) -> Iterator[None]:
        """Take the run up, whoever had it before, and record how the block ended.

        The former holder finds its claim gone at its next answer and stops.
        """
        self.claim = uuid.uuid4().hex
        GenerationRun.objects.filter(pk=self.pk).update(
            status=self.Status.RUNNING,
            claim=self.claim,
            started_at=Coalesce("started_at", timezone.now()),
            finished_at=None,
            error="",
        )
        try:
            yield
        except (JobCancelled, KeyboardInterrupt):
            self._finish(self.Status.CANCELLED, error="It was stopped; what it had is kept.")
            raise
        except CurationError as error:
            self._finish(self.Status.FAILED, error=str(error))
            raise
        except Exception as error:
            self._finish(
                self.Status.FAILED, error=f"It broke off with {type(error).__name__}: {error}"
            )
            raise

    def succeed(self, *, shortfall: str) -> None:
        """Record a good end; `shortfall` says why fewer came than were asked for, or ""."""
        self._finish(self.Status.SUCCESSFUL, error=shortfall)

    def _finish(self, status: Status, *, error: str) -> None:
        mine = GenerationRun.objects.filter(pk=self.pk, claim=self.claim)
        mine.update(status=status, error=error, finished_at=timezone.now())


class CallQuerySet(models.QuerySet["Call"]):
    def of(self, project: Project) -> CallQuerySet:
        return self.filter(run__project=project)


class Call(models.Model):
    """One request that was answered, and the answer as it came."""

    run = models.ForeignKey(GenerationRun, models.CASCADE, related_name="calls")
    label = models.ForeignKey(Label, models.PROTECT, related_name="+")
    conversation = models.PositiveIntegerField()  # of the label, counted from 0
    turn = models.PositiveIntegerField()  # in the conversation, counted from 0
    messages: models.JSONField[Any, Any] = models.JSONField()
    # what this turn added to its conversation; `sent` gives the whole of it
    answer = models.TextField(blank=True)
    model = models.CharField(max_length=200, blank=True)  # what answered, as the provider names it
    prompt_tokens = models.PositiveIntegerField(null=True, blank=True)
    completion_tokens = models.PositiveIntegerField(null=True, blank=True)
    finish_reason = models.CharField(max_length=30, blank=True)
    seconds = models.FloatField()
    created_at = models.DateTimeField(auto_now_add=True)

    objects = CallQuerySet.as_manager()

    if TYPE_CHECKING:
        drafts: RelatedManager[Draft]

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["run", "label", "conversation", "turn"], name="call_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.label_id}/{self.conversation}/{self.turn}"

    def sent(self) -> tuple[Message, ...]:
        """The messages of the request, rebuilt from the conversation's earlier turns."""
        earlier = Call.objects.filter(
            run=self.run_id, label=self.label_id, conversation=self.conversation
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
        """Drafts with a fault; surplus is none."""
        return self.exclude(reason__in=["", SURPLUS])


class Draft(models.Model):
    """One text of an answer: an example, or kept with the reason why it is none."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="drafts")
    position = models.PositiveSmallIntegerField()  # in the answer, counted from 1
    text = models.TextField(blank=True)
    reason = models.CharField(max_length=20, blank=True)  # "" = accepted
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
