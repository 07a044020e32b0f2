"""A study as it is asked for: by ticks for one project, or as a file."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from typing import Any

import yaml
from django import forms

from curation.models import Project
from training.fitting.classifiers import CLASSIFIERS
from training.fitting.config import FitConfig
from training.services.showing.choices import arm_choices, usual_arms
from training.services.showing.words import CLASSIFIERS as TITLES
from training.studies.errors import BadPlan
from training.studies.plain_yaml import PlainDumper, PlainLoader
from training.studies.plan import Arm, StudyPlan

MOST_SEEDS = 50
PAIRINGS = {
    "usual": "What agreement chose against chance, and every source against real",
    "all": "Every source against every other",
    "none": "Nothing: scores only",
}
LONGEST_FILE = 200_000  # characters
PARALLEL_HELP = "Empty: one per graphics card, else one per core."


class ParallelField(forms.IntegerField):
    """Runs side by side; empty for as many as the machine takes."""

    def __init__(self) -> None:
        super().__init__(
            required=False,
            min_value=1,
            max_value=256,
            label="Runs side by side",
            help_text=PARALLEL_HELP,
        )


class TickedStudyForm(forms.Form):
    """Arms and classifiers of one project."""

    title = forms.CharField(max_length=120)
    arms = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple,
        label="Train on",
        required=False,
    )
    others = forms.CharField(
        required=False,
        label="Other sources, one a line",
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text="As commands take them: real@100+synthetic, share:0.5, random-share:0.5.",
    )
    classifiers = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple,
        choices=[(name, TITLES.get(name, name)) for name in CLASSIFIERS],
        initial=["tfidf"],
        error_messages={"required": "Choose at least one classifier."},
    )
    seeds = forms.IntegerField(
        min_value=1,
        max_value=MOST_SEEDS,
        initial=5,
        label="Seeds for each",
        help_text="Five tell small differences better than three.",
    )
    max_steps = forms.IntegerField(
        min_value=1,
        max_value=100_000,
        initial=FitConfig().max_steps,
        label="Optimisation steps",
        help_text="Of the encoder only; the same for every source.",
    )
    pairing = forms.ChoiceField(
        choices=list(PAIRINGS.items()), initial="usual", label="What is compared"
    )
    parallel = ParallelField()

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        title = f"{project.title}: what to train on"
        kwargs["initial"] = {"title": title[:120]} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.project = project
        self._arms = {arm.name: arm for arm in arm_choices(project)}
        arms = self.fields["arms"]
        assert isinstance(arms, forms.MultipleChoiceField)
        arms.choices = [(name, name) for name in self._arms]
        arms.initial = usual_arms(project, self._arms.values())

    def plan(self) -> StudyPlan:
        """
        Raises:
            BadPlan: the ticks make no study.
        """
        cleaned = self.cleaned_data
        arms = [self._arms[name] for name in cleaned["arms"]]
        known = {arm.name for arm in arms}
        lines = dict.fromkeys(str(cleaned["others"]).split())
        arms += [Arm(name=line[:80], source=line) for line in lines if line not in known]
        if not arms:
            raise BadPlan("Choose at least one source to train on.")
        return StudyPlan(
            title=cleaned["title"],
            projects=(self.project.slug,),
            arms=tuple(arms),
            classifiers={name: self._classifier(name) for name in cleaned["classifiers"]},
            seeds=cleaned["seeds"],
            pairs=tuple(pairs_of(arms, cleaned["pairing"])),
        )

    def _classifier(self, name: str) -> dict[str, Any]:
        steps = self.cleaned_data["max_steps"]
        if name == "transformer" and steps != FitConfig().max_steps:
            return {"classifier": name, "max_steps": steps}
        return {"classifier": name}


class StudyFileForm(forms.Form):
    """A study as a study file says it."""

    file = forms.CharField(
        label="The study, as YAML",
        max_length=LONGEST_FILE,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 28, "spellcheck": "false", "class": "mono"}),
    )
    parallel = ParallelField()

    def plan(self) -> StudyPlan:
        """
        Raises:
            BadPlan: the text is no study.
        """
        try:
            values = yaml.load(self.cleaned_data["file"], Loader=PlainLoader)  # noqa: S506
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            raise BadPlan(f"The study cannot be read: {' '.join(str(error).split())}.") from error
        if not isinstance(values, dict):
            raise BadPlan("This is no study: it must name title, projects, arms and classifiers.")
        return StudyPlan.from_json(values)


def plan_as_file(plan: StudyPlan) -> str:
    """A plan as YAML that `StudyFileForm` takes back."""
    values = plan.as_json()
    for name in ("pairs", "thresholds", "text"):
        if not values[name]:
            del values[name]
    return str(
        yaml.dump(values, Dumper=PlainDumper, sort_keys=False, allow_unicode=True, width=100)
    )


def pairs_of(arms: Iterable[Arm], pairing: str) -> list[tuple[str, str]]:
    """Which arms are compared.

    >>> arms = [Arm(name=name, source=name) for name in ("real", "agreed:0.8", "random-agreed:0.8")]
    >>> pairs_of(arms, "usual")
    [('agreed:0.8', 'random-agreed:0.8'), ('agreed:0.8', 'real'), ('random-agreed:0.8', 'real')]
    """
    by_source = {arm.source: arm.name for arm in arms if not arm.config}
    names = [arm.name for arm in arms]
    if pairing == "none":
        return []
    if pairing == "all":
        return list(combinations(names, 2))
    pairs = [
        (name, by_source[by_chance(source)])
        for source, name in by_source.items()
        if by_chance(source) in by_source
    ]
    real = by_source.get("real")
    return pairs + [(name, real) for name in names if real and name != real]


def by_chance(source: str) -> str:
    """The source that draws as many rows by chance; "" for those that have none.

    >>> by_chance("version:2"), by_chance("share:0.5"), by_chance("real")
    ('random:2', 'random-share:0.5', '')
    """
    kind, _, rest = source.partition(":")
    if kind == "version":
        return f"random:{rest}"
    return f"random-{source}" if kind in {"agreed", "share"} else ""
