"""What the table of examples searches: a short line for each example, and who set it aside."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from curation.models.project import Example, Label, Project


def _copied_label() -> models.ForeignKey[Label | None, Label | None]:
    """A label that stands in a table of its own already, which looks after it."""
    return models.ForeignKey(
        Label,
        models.DO_NOTHING,
        null=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )


class ExampleSummary(models.Model):
    """One example in short, so that a million can be filtered and sorted without their votes.

    Made by a trigger of the database with the example itself. What it tells of votes and
    predictions is brought up by `curation.services.summaries`, and is as old as its `SummaryState`.
    """

    example = models.OneToOneField(
        Example, models.CASCADE, primary_key=True, related_name="summary"
    )
    project = models.ForeignKey(
        Project, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    source = models.CharField(max_length=9)
    split = models.CharField(max_length=5)
    intended = _copied_label()
    method = models.CharField(max_length=60, blank=True)  # of the prompt; "" = imported
    prompt = models.CharField(max_length=60, blank=True)  # its version
    run = models.PositiveIntegerField(null=True)  # number of the generation run
    length = models.PositiveIntegerField()  # characters
    votes = models.PositiveIntegerField(db_default=0)
    skips = models.PositiveIntegerField(db_default=0)
    label = _copied_label()  # of the most votes; null: no votes, or a tie
    agreement = models.FloatField(db_default=0)  # a_i in (0, 1]; 0 without votes
    predicted = _copied_label()  # by whoever spoke last; null: nobody has
    aside = models.BooleanField(db_default=False)  # set aside by hand

    class Meta:
        ordering = ["-example"]
        indexes = [
            models.Index(fields=["project", "example"], name="summary_newest"),
            models.Index(fields=["project", "agreement", "example"], name="summary_agreement"),
            models.Index(fields=["project", "length", "example"], name="summary_length"),
            models.Index(fields=["project", "intended", "example"], name="summary_intended"),
            models.Index(fields=["project", "label", "example"], name="summary_label"),
            models.Index(fields=["project", "split", "source", "example"], name="summary_place"),
            models.Index(fields=["project", "method", "prompt", "example"], name="summary_method"),
            models.Index(
                fields=["project", "run", "example"],
                condition=Q(run__isnull=False),
                name="summary_run",
            ),
            models.Index(
                fields=["project", "example"], condition=Q(aside=True), name="summary_aside"
            ),
        ]

    def __str__(self) -> str:
        return str(self.example_id)


class SummaryState(models.Model):
    """How far a project's summaries tell of its votes and predictions."""

    project = models.OneToOneField(
        Project, models.CASCADE, primary_key=True, related_name="summary_state"
    )
    marks: models.JSONField[Any, Any] = models.JSONField(default=dict)
    # the newest keys they tell of: {"answers", "changes", "predictions", "standing", "imports"}
    as_of = models.DateTimeField()
    counted_at = models.DateTimeField()  # when all were last worked out from nothing

    def __str__(self) -> str:
        return f"{self.project_id} as of {self.as_of}"


class SetAside(models.Model):
    """An example that somebody took out by hand, and why. Taking it back in keeps the row."""

    example = models.ForeignKey(Example, models.CASCADE, related_name="set_aside")
    reason = models.CharField(max_length=500)
    by = models.CharField(max_length=150)  # user name
    at = models.DateTimeField(auto_now_add=True)
    undone_by = models.CharField(max_length=150, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["example"], condition=Q(undone_at=None), name="set_aside_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.example_id}: {self.reason}"
