"""Which sources to train on."""

from __future__ import annotations

from typing import Any

from django import forms

from curation.models import Project
from curation.reporting import wording

SEEDS_MOST = 20


class TrainForm(forms.Form):
    """Which sources to train on, and with how many seeds."""

    sources = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple,
        label="Train on",
        error_messages={"required": "Choose at least one source to train on."},
    )
    seeds = forms.IntegerField(
        min_value=1,
        max_value=SEEDS_MOST,
        initial=3,
        help_text="Differences are judged over seeds; three is the least that says anything.",
    )

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sources = self.fields["sources"]
        assert isinstance(sources, forms.MultipleChoiceField)
        choices = trainable_sources(project)
        sources.choices = [(key, wording.source_title(key)) for key in choices]
        sources.initial = choices

    def params(self) -> dict[str, Any]:
        """What the job is started with."""
        cleaned = self.cleaned_data
        return {"sources": cleaned["sources"], "seeds": cleaned["seeds"]}


def trainable_sources(project: Project) -> list[str]:
    """Sources that have rows: every text, the newest versions and random subsets, real texts."""
    examples = project.examples
    sources = []
    if examples.filter(split="pool", intended_label__isnull=False).exists():
        sources.append("synthetic")
    newest = {
        version.policy.get("kind"): version.number
        for version in project.dataset_versions.order_by("number")
    }
    for number in sorted(newest.values()):
        sources += [f"version:{number}", f"random:{number}"]
    real = examples.filter(source="real", gold_label__isnull=False, split__in=["train", "pool"])
    if real.exists():
        sources.append("real")
    return sources
