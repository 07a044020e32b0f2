"""Rows of training. Every table here is written by `training.services` only."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models

from curation.models import DatasetVersion, Project

if TYPE_CHECKING:
    from collections.abc import Sequence


class TrainingRunQuerySet(models.QuerySet["TrainingRun"]):
    def of(self, project: Project) -> TrainingRunQuerySet:
        return self.filter(project=project)

    def scored(self) -> TrainingRunQuerySet:
        """Without those that only judge training rows for others."""
        return self.filter(purpose=TrainingRun.Purpose.SCORE)

    def successful(self) -> TrainingRunQuerySet:
        return self.filter(status=TrainingRun.Status.SUCCESSFUL)

    def asked(self) -> TrainingRunQuerySet:
        """Those of the project's own requests: a study leaves a project's own table as it is."""
        return self.filter(asked_at__isnull=False)

    def by_request(self) -> TrainingRunQuerySet:
        """Newest request first, each in its own order; those that only studies asked for last."""
        return self.order_by(models.F("asked_at").desc(nulls_last=True), "pk")

    def newest(self, source: str) -> Sequence[TrainingRun]:
        """The finished runs of `source` that were asked for together last, by seed."""
        runs = self.successful().scored().asked().filter(source=source)
        asked: datetime | None = runs.aggregate(last=models.Max("asked_at"))["last"]
        return [] if asked is None else list(runs.filter(asked_at=asked).order_by("seed"))


class TrainingRun(models.Model):
    """One fit of one classifier on one source with one seed. The same fit is never made twice."""

    class Status(models.TextChoices):
        READY = "ready"
        RUNNING = "running"
        SUCCESSFUL = "successful"
        FAILED = "failed"
        CANCELLED = "cancelled"

    class Purpose(models.TextChoices):
        SCORE = "score"  # scored on the project's test rows
        CHECK = "check"  # judges training rows, so that others can weigh or drop them

    project = models.ForeignKey(Project, models.CASCADE, related_name="training_runs")
    source = models.CharField(max_length=200)  # as curation.datasets.sources reads it
    purpose = models.CharField(max_length=10, choices=Purpose, default=Purpose.SCORE)
    dataset_version = models.ForeignKey(
        DatasetVersion, models.PROTECT, null=True, blank=True, related_name="training_runs"
    )
    seed = models.PositiveIntegerField()
    config: models.JSONField[Any, Any] = models.JSONField()  # fields of training.fitting FitConfig
    fingerprint = models.CharField(max_length=64)  # SHA-256 over config, training and test rows
    recipe = models.CharField(max_length=64)
    # SHA-256 over config without seed, and test rows: runs that share it can be compared
    status = models.CharField(max_length=10, choices=Status, default=Status.READY)
    train_rows = models.PositiveIntegerField()
    macro_f1 = models.FloatField(null=True, blank=True)  # in [0, 1], on the test rows
    accuracy = models.FloatField(null=True, blank=True)  # in [0, 1]
    collapsed = models.BooleanField(default=False)  # nearly all predictions name one label
    metrics: models.JSONField[Any, Any] = models.JSONField(default=dict)  # the run's metrics.json
    folder = models.CharField(max_length=300)  # below settings.CONCORD_HOME
    error = models.TextField(blank=True)  # a sentence for the user
    asked_at = models.DateTimeField(null=True, blank=True)
    # the runs of one request share it, the newest request counts; null: only studies asked for it
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = TrainingRunQuerySet.as_manager()

    class Meta:
        ordering = ["project", "source", "seed", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "source", "fingerprint"], name="training_run_once"
            ),
            models.CheckConstraint(
                condition=models.Q(macro_f1__isnull=True)
                | models.Q(macro_f1__gte=0, macro_f1__lte=1),
                name="training_macro_f1_is_a_share",
            ),
            models.CheckConstraint(
                condition=models.Q(accuracy__isnull=True)
                | models.Q(accuracy__gte=0, accuracy__lte=1),
                name="training_accuracy_is_a_share",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="successful") | models.Q(macro_f1__isnull=False),
                name="training_success_has_scores",
            ),
        ]
        indexes = [models.Index(fields=["project", "source", "asked_at"])]

    def __str__(self) -> str:
        return f"{self.source}, seed {self.seed}"

    @property
    def key(self) -> str:
        """What the hub knows it by, in predictions: "training:12"."""
        return f"training:{self.pk}"

    def path(self) -> Path:
        return Path(settings.CONCORD_HOME) / self.folder


class Study(models.Model):
    """A matrix of runs: projects × arms × classifiers × seeds, each project on its own test set."""

    class Status(models.TextChoices):
        READY = "ready"
        RUNNING = "running"
        SUCCESSFUL = "successful"  # every cell is settled; some of them may have failed
        FAILED = "failed"
        CANCELLED = "cancelled"

    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    plan: models.JSONField[Any, Any] = models.JSONField()  # a training.studies StudyPlan
    fingerprint = models.CharField(max_length=64)  # SHA-256 over the plan
    projects: models.ManyToManyField[Project, models.Model] = models.ManyToManyField(
        Project, related_name="studies"
    )
    status = models.CharField(max_length=10, choices=Status, default=Status.READY)
    error = models.TextField(blank=True)  # a sentence for the user
    report: models.JSONField[Any, Any] = models.JSONField(null=True, blank=True)
    # what the pages show; worked out once, when the last cell is settled
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = "studies"

    def __str__(self) -> str:
        return self.slug


class StudyCell(models.Model):
    """One place of a study's matrix and the run that fills it; studies may share a run."""

    study = models.ForeignKey(Study, models.CASCADE, related_name="cells")
    project = models.ForeignKey(Project, models.CASCADE, related_name="+")
    arm = models.CharField(max_length=80)
    classifier = models.CharField(max_length=80)  # a name of the plan's classifiers
    seed = models.PositiveIntegerField()
    run = models.ForeignKey(
        TrainingRun, models.SET_NULL, null=True, blank=True, related_name="cells"
    )  # null until what it depends on is finished
    error = models.TextField(blank=True)  # why it has no run, a sentence

    class Meta:
        ordering = ["study", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["study", "project", "arm", "classifier", "seed"], name="study_cell_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project} · {self.arm} · {self.classifier} · seed {self.seed}"
