"""What texts are to be about, or like, apart from their label: topics, styles, personas."""

from __future__ import annotations

from typing import Any

from django.db import models

from curation.models import Project


class Attribute(models.Model):
    """A named list of values; a method draws one for each call.

    One list serves all labels: a topic that only one label has would give the label away.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="attributes")
    name = models.CharField(max_length=40)  # "topic", "style", "persona", ...
    values: models.JSONField[Any, Any] = models.JSONField()  # strings, in their order
    written_by = models.CharField(max_length=200, blank=True)  # the model; "" = a person
    call = models.ForeignKey(
        "generation.Call", models.SET_NULL, null=True, blank=True, related_name="+"
    )  # that wrote the list; kept when a person edits it
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["project", "name"]
        constraints = [
            models.UniqueConstraint(fields=["project", "name"], name="attribute_name_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {len(self.values)} values"
