"""What classifiers say about examples."""

from __future__ import annotations

from typing import Any

from django.db import models

from curation.models.project import Example, Label, Project


class Prediction(models.Model):
    """One classifier's word on one example it was not trained on. Replaced when it is said anew."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="predictions")
    example = models.ForeignKey(Example, models.CASCADE, related_name="predictions")
    run_key = models.CharField(max_length=60)  # whose word it is: "training:12", "folds:1f3a9c2d"
    probs: models.JSONField[Any, Any] = models.JSONField()  # label code → p in [0, 1], sum 1
    label = models.ForeignKey(Label, models.CASCADE, related_name="+")  # of the largest p
    entropy = models.FloatField()  # of probs, in bits: 0 sure, log2 of K labels at most

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["example", "run_key"], name="prediction_once"),
            models.CheckConstraint(
                condition=models.Q(entropy__gte=0), name="prediction_entropy_not_negative"
            ),
        ]
        indexes = [models.Index(fields=["project", "run_key"])]

    def __str__(self) -> str:
        return f"{self.run_key}: {self.example_id}"
