"""Runs: one way of asking one provider, followed until there is enough."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone

from curation.errors import CurationError, JobCancelled
from curation.logs.context import logged
from curation.models import Project
from generation.scheduling.budget import written_amount

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager

    from generation.models.calls import Call


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
        PAUSED = "paused"  # asked to rest; whoever asks for it again takes it up

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
    reasons: models.JSONField[Any, Any] = models.JSONField(default=dict)
    # rejected drafts by reason, kept with every answer so that a page need not count
    price: models.JSONField[Any, Any] = models.JSONField(default=dict)
    # {"sent", "written": per million tokens, "currency", "as_of"}; {} = nobody knows
    cap = models.BigIntegerField(null=True, blank=True)  # nanos that may be spent; null = no lid
    spent = models.BigIntegerField(default=0)  # nanos, the doubtful ones included
    doubtful = models.BigIntegerField(default=0)  # nanos for calls nobody knows the end of
    wish: models.JSONField[Any, Any] = models.JSONField(default=dict)
    # as it was said last, for whoever resumes it; see generation.services.wishes
    pause_requested = models.BooleanField(default=False)
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
    def cost(self) -> str:
        """What it has cost so far, for people; "" while nobody knows a price."""
        return self._amount(self.spent)

    @property
    def doubtful_cost(self) -> str:
        """The part of it for calls that broke off or were lost: at most so much."""
        return self._amount(self.doubtful)

    @property
    def cost_per_accepted(self) -> str:
        """What one accepted example has cost; "" without one, or while nobody knows a price."""
        return self._amount(round(self.spent / self.accepted)) if self.accepted else ""

    def _amount(self, nanos: int) -> str:
        return written_amount(nanos, currency=self.price["currency"]) if self.price else ""

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
            pause_requested=False,
            error="",
        )
        try:
            with logged(run=f"generation:{self.pk}"):
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

    def rest(self, why: str) -> None:
        """Record that it stopped early and may go on; `why` is a sentence."""
        self._finish(self.Status.PAUSED, error=why)

    def succeed(self, *, shortfall: str) -> None:
        """Record a good end; `shortfall` says why fewer came than were asked for, or ""."""
        self._finish(self.Status.SUCCESSFUL, error=shortfall)

    def _finish(self, status: Status, *, error: str) -> None:
        mine = GenerationRun.objects.filter(pk=self.pk, claim=self.claim)
        mine.update(status=status, error=error, finished_at=timezone.now())
