"""Frozen selections of examples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.urls import reverse

from curation.models.project import Example, Label, Project

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager


class DatasetVersion(models.Model):
    """A policy applied once: numbered, fingerprinted, never changed afterwards."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="dataset_versions")
    number = models.PositiveIntegerField()  # counted from 1 within the project
    policy: models.JSONField[Any, Any] = models.JSONField()  # fields of curation.datasets.Policy
    fingerprint = models.CharField(max_length=64)  # SHA-256 over policy and rows
    kept = models.PositiveIntegerField()
    dropped: models.JSONField[Any, Any] = models.JSONField(default=dict)  # {reason: examples}
    labels: models.JSONField[Any, Any] = models.JSONField(default=dict)  # {label: examples kept}
    annotators = models.PositiveIntegerField()  # whose votes it was made from
    alpha = models.FloatField(null=True)  # Krippendorff's, over the votes it was made from
    mean_agreement = models.FloatField(null=True)
    simulated = models.BooleanField(default=False)  # True when any vote came from a program
    split_plan: models.JSONField[Any, Any] = models.JSONField(default=dict)  # {} = all to train
    splits: models.JSONField[Any, Any] = models.JSONField(default=dict)  # {split: examples kept}
    note = models.TextField(blank=True)  # why it was made, in the words of who made it
    created_at = models.DateTimeField(auto_now_add=True)

    if TYPE_CHECKING:
        rows: RelatedManager[DatasetExample]

    class Meta:
        ordering = ["project", "number"]
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="version_number_once"),
            models.UniqueConstraint(
                fields=["project", "fingerprint"], name="version_fingerprint_once"
            ),
        ]

    def __str__(self) -> str:
        return f"v{self.number}"

    def get_absolute_url(self) -> str:
        return reverse("dataset_version", args=[self.project.slug, self.number])


class DatasetExampleQuerySet(models.QuerySet["DatasetExample"]):
    def kept(self) -> DatasetExampleQuerySet:
        return self.filter(drop_reason="")


class DatasetExample(models.Model):
    """One judged example in one version: kept, or dropped with the reason, and on what votes."""

    class Split(models.TextChoices):
        TRAIN = "train"
        VALIDATION = "validation"
        TEST = "test"

    version = models.ForeignKey(DatasetVersion, models.CASCADE, related_name="rows")
    example = models.ForeignKey(Example, models.PROTECT, related_name="dataset_rows")
    label = models.ForeignKey(Label, models.PROTECT, related_name="+")  # the aggregated label
    votes: models.JSONField[Any, Any] = models.JSONField()  # votes per label, in label order
    agreement = models.FloatField()  # a_i: share of the most frequent label, in (0, 1]
    entropy = models.FloatField()  # 0 unanimous to 1 evenly split
    probability = models.FloatField()  # the aggregator's, of the aggregated label
    drop_reason = models.CharField(max_length=20, blank=True)  # "" = kept
    split = models.CharField(max_length=10, choices=Split, blank=True, default="")  # "" = dropped
    # what the votes say about the agreement more votes would show: mean and 95 % interval;
    # None in versions frozen before this was worked out
    posterior_agreement = models.FloatField(null=True)
    posterior_low = models.FloatField(null=True)
    posterior_high = models.FloatField(null=True)
    # the aggregator's, of every label in label order; None as above
    probabilities: models.JSONField[Any, Any] = models.JSONField(null=True)

    objects = DatasetExampleQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "example"], name="dataset_row_once"),
        ]
        indexes = [
            models.Index(fields=["version", "drop_reason", "example"], name="dataset_row_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.version_id}: {self.example_id}"
