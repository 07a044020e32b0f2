"""A labelling question, its labels and its texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.urls import reverse

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager

    from curation.models.annotators import Annotator
    from curation.models.datasets import DatasetVersion
    from curation.models.jobs import Job
    from curation.models.people import Invitation, Membership
    from curation.models.rounds import AnnotationRound


class AnnotatorRule(models.TextChoices):
    """What is done by itself about annotators who are flagged."""

    OFF = "off", "nobody is warned or paused but by hand"
    WARN = "warn", "flagged annotators are warned once"
    PAUSE = "pause", "flagged annotators are warned or paused once, as strongly as the flag says"


class Project(models.Model):
    """One labelling question: what is asked, the answers allowed, and how many people answer."""

    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)  # the question, in one or two sentences
    instructions = models.TextField(blank=True)  # what annotators read before they start
    overlap = models.PositiveSmallIntegerField(default=3)  # annotations per task
    threshold = models.FloatField(default=0.8)  # γ that adaptive overlap and quality decide at
    annotator_rule = models.CharField(max_length=5, choices=AnnotatorRule, default="off")
    writing: models.JSONField[Any, Any] = models.JSONField(default=dict, blank=True)
    # how texts for it are written: {"context": str, "style": str, "words": [fewest, most]}
    created_at = models.DateTimeField(auto_now_add=True)

    if TYPE_CHECKING:
        labels: RelatedManager[Label]
        examples: RelatedManager[Example]
        rounds: RelatedManager[AnnotationRound]
        annotators: RelatedManager[Annotator]
        dataset_versions: RelatedManager[DatasetVersion]
        jobs: RelatedManager[Job]
        memberships: RelatedManager[Membership]
        invitations: RelatedManager[Invitation]

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(overlap__gte=1), name="project_overlap_at_least_1"
            ),
            models.CheckConstraint(
                condition=models.Q(threshold__gt=0, threshold__lte=1),
                name="project_threshold_is_a_share",
            ),
        ]

    def __str__(self) -> str:
        return self.slug

    def get_absolute_url(self) -> str:
        return reverse("project", args=[self.slug])

    def label_names(self) -> list[str]:
        """Codes of the labels in their fixed order; a label's place here is its code in frames."""
        return list(self.labels.order_by("position").values_list("name", flat=True))


class Label(models.Model):
    """One allowed answer. `name` is the stable code, `title` what people read."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="labels")
    position = models.PositiveSmallIntegerField()  # counted from 0, never changed
    name = models.CharField(max_length=60)
    title = models.CharField(max_length=120)
    description = models.TextField(blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["project", "name"], name="label_name_once"),
            models.UniqueConstraint(fields=["project", "position"], name="label_position_once"),
        ]

    def __str__(self) -> str:
        return self.name


class ExampleQuerySet(models.QuerySet["Example"]):
    def pool(self) -> ExampleQuerySet:
        """Examples that annotators may judge and curation may keep."""
        return self.filter(split=Example.Split.POOL)

    def to_judge(self) -> ExampleQuerySet:
        """Examples of the pool that nobody has set aside by hand."""
        from curation.models.summaries import SetAside  # which refers to examples

        aside = SetAside.objects.filter(example=models.OuterRef("pk"), undone_at=None)
        return self.pool().filter(~models.Exists(aside))

    def not_among(self, tasks: models.QuerySet[Any]) -> ExampleQuerySet:
        """Examples that none of the tasks is about.

        By NOT EXISTS: PostgreSQL compares every row with every row for a NOT IN of many.
        """
        return self.filter(~models.Exists(tasks.filter(example=models.OuterRef("pk"))))

    def gold(self, split: str) -> ExampleQuerySet:
        """Examples of `split` that carry a trusted label."""
        return self.filter(split=split, gold_label__isnull=False)


class Example(models.Model):
    """One text, real or synthetic. Its text and labels never change once it is stored."""

    class Source(models.TextChoices):
        SYNTHETIC = "synthetic"
        REAL = "real"

    class Split(models.TextChoices):
        POOL = "pool"  # to be judged and curated
        TRAIN = "train"  # real training data, for comparison and few-shot seeds
        TEST = "test"  # never trained on, never shown to a language model
        CHECK = "check"  # answers known: they measure annotators, never a classifier

    project = models.ForeignKey(Project, models.CASCADE, related_name="examples")
    external_id = models.CharField(max_length=120)  # ours, stable across machines
    text = models.TextField()
    source = models.CharField(max_length=9, choices=Source)
    split = models.CharField(max_length=5, choices=Split)
    intended_label = models.ForeignKey(
        Label, models.PROTECT, null=True, blank=True, related_name="+"
    )
    gold_label = models.ForeignKey(Label, models.PROTECT, null=True, blank=True, related_name="+")
    provenance: models.JSONField[Any, Any] = models.JSONField(default=dict)
    # {} for imported texts; run, call, position, method and prompt version for generated ones
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ExampleQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["project", "external_id"], name="example_once"),
            models.CheckConstraint(condition=~models.Q(text=""), name="example_has_text"),
        ]
        indexes = [models.Index(fields=["project", "split", "source"])]

    def __str__(self) -> str:
        return self.external_id
