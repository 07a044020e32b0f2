"""Which of two tasks is more objective? Asked between projects, as in the first study."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import models

from curation.models.project import Project

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager


class ObjectivityStudy(models.Model):
    """Projects whose labelling questions are compared, pair by pair, by people."""

    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=200)
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    projects = models.ManyToManyField(Project, related_name="objectivity_studies")
    per_pair = models.PositiveSmallIntegerField(default=12)  # comparisons wanted of each pair
    per_annotator = models.PositiveSmallIntegerField(default=10)  # at most
    server_url = models.URLField(max_length=300, blank=True)
    remote_project = models.BigIntegerField(null=True, blank=True)
    watermark = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    if TYPE_CHECKING:
        comparisons: RelatedManager[Comparison]

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.slug


class Comparison(models.Model):
    """One annotator's word on one pair. `left` and `right` as they stood on the page."""

    study = models.ForeignKey(ObjectivityStudy, models.CASCADE, related_name="comparisons")
    annotator = models.CharField(max_length=120)  # pseudonym
    pair = models.CharField(max_length=130)  # both slugs in alphabetical order: "a|b"
    left = models.ForeignKey(Project, models.CASCADE, related_name="+")
    right = models.ForeignKey(Project, models.CASCADE, related_name="+")
    winner = models.ForeignKey(Project, models.CASCADE, null=True, blank=True, related_name="+")
    # the more objective one; null: could not say
    seconds = models.FloatField(null=True, blank=True)
    answered_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["study", "annotator", "pair"], name="comparison_once"),
        ]

    def __str__(self) -> str:
        return f"{self.annotator}: {self.pair}"
