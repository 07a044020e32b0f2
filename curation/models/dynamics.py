"""How classifiers learned examples."""

from __future__ import annotations

from django.db import models

from curation.models.project import Example, Label, Project


class TrainingDynamics(models.Model):
    """How sure one run was of an example's label while it learned it. Replaced when said anew."""

    class Region(models.TextChoices):
        EASY = "easy"
        AMBIGUOUS = "ambiguous"
        HARD = "hard"

    project = models.ForeignKey(Project, models.CASCADE, related_name="training_dynamics")
    example = models.ForeignKey(Example, models.CASCADE, related_name="training_dynamics")
    run_key = models.CharField(max_length=60)  # whose: "training:12"
    label = models.ForeignKey(Label, models.CASCADE, related_name="+")  # what it was trained on
    seen = models.PositiveIntegerField()  # times, at least 1
    confidence = models.FloatField()  # mean p(label), in [0, 1]
    variability = models.FloatField()  # its standard deviation, in [0, 0.5]
    correctness = models.FloatField()  # share of times no other label was likelier, in [0, 1]
    region = models.CharField(max_length=10, choices=Region)

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "training dynamics"
        constraints = [
            models.UniqueConstraint(fields=["example", "run_key"], name="training_dynamics_once"),
            models.CheckConstraint(
                condition=models.Q(confidence__gte=0, confidence__lte=1),
                name="training_dynamics_confidence_is_a_share",
            ),
            models.CheckConstraint(
                condition=models.Q(correctness__gte=0, correctness__lte=1),
                name="training_dynamics_correctness_is_a_share",
            ),
            models.CheckConstraint(
                condition=models.Q(variability__gte=0, variability__lte=0.5),
                name="training_dynamics_variability_in_range",
            ),
        ]
        indexes = [models.Index(fields=["project", "run_key"])]

    def __str__(self) -> str:
        return f"{self.run_key}: {self.example_id}"
