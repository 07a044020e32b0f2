"""What to train, and how."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django import forms

from curation.errors import CurationError
from curation.forms.training import trainable_sources
from curation.models import Project
from training.errors import BadRecipe
from training.fitting.classifiers import CLASSIFIERS
from training.fitting.config import LOSSES_ALONE, FitConfig
from training.fitting.errors import BadConfig
from training.services.showing.asking import WishShown, look
from training.services.showing.choices import source_choices
from training.services.showing.words import CLASSIFIERS as TITLES
from training.services.showing.words import LOSSES

MOST = {"seeds": 20, "steps": 100_000, "parallel": 64}
DEFAULT = FitConfig()


class TrainingForm(forms.Form):
    """Sources, classifier, seeds, loss and steps."""

    sources = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple, label="Train on", required=False
    )
    others = forms.CharField(
        required=False,
        label="Other sources, one a line",
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text="As commands take them: real@100+synthetic, share:0.5, method:few_shot@200.",
    )
    classifier = forms.ChoiceField(
        choices=[(name, TITLES.get(name, name)) for name in CLASSIFIERS], initial="transformer"
    )
    model = forms.CharField(
        required=False,
        max_length=300,
        label="Encoder",
        initial=DEFAULT.model,
        help_text="minilm is bundled; else a folder with a model. Of the encoder only.",
    )
    seeds = forms.IntegerField(
        min_value=1,
        max_value=MOST["seeds"],
        initial=3,
        label="Seeds for each",
        help_text="Three is the least that says anything.",
    )
    max_steps = forms.IntegerField(
        min_value=1,
        max_value=MOST["steps"],
        initial=DEFAULT.max_steps,
        label="Optimisation steps",
        help_text="The same for every source, whatever its size. Of the encoder only.",
    )
    loss = forms.ChoiceField(
        choices=[(name, LOSSES[name]) for name in LOSSES_ALONE],
        initial="cross_entropy",
        help_text="Soft labels and agreement need votes. IMP and DIMP are for studies.",
    )
    parallel = forms.IntegerField(
        min_value=1,
        max_value=MOST["parallel"],
        initial=1,
        label="Runs side by side",
        help_text="Each takes one core and about 1 GB.",
    )
    balanced = forms.BooleanField(required=False, label="Every label weighs the same")
    dynamics = forms.BooleanField(
        required=False, label="Tell easy, ambiguous and hard training texts"
    )
    save_model = forms.BooleanField(required=False, label="Keep the models, to judge new texts")

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.project = project
        sources = self.fields["sources"]
        assert isinstance(sources, forms.MultipleChoiceField)
        sources.choices = source_choices(project)
        sources.initial = trainable_sources(project)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        lines = str(cleaned.get("others", "")).split()
        cleaned["all_sources"] = list(dict.fromkeys([*cleaned.get("sources", []), *lines]))
        if not self.errors and not cleaned["all_sources"]:
            self.add_error("sources", "Choose at least one source to train on.")
        if not self.errors:
            try:
                cleaned["config"] = self._config(cleaned)
            except BadConfig as error:
                self.add_error(None, str(error))
        return cleaned

    def look(self) -> WishShown:
        """What the wish would take.

        Raises:
            CurationError: it cannot be trained.
        """
        cleaned = self.cleaned_data
        return look(
            self.project,
            cleaned["all_sources"],
            seeds=cleaned["seeds"],
            config=cleaned["config"],
            parallel=cleaned["parallel"],
        )

    def params(self) -> dict[str, Any]:
        """What the job is started with."""
        cleaned = self.cleaned_data
        asked, default = asdict(cleaned["config"]), asdict(DEFAULT)
        config = {name: value for name, value in asked.items() if value != default[name]}
        params: dict[str, Any] = {"sources": cleaned["all_sources"], "seeds": cleaned["seeds"]}
        if config:
            params["config"] = config
        if cleaned["parallel"] > 1:
            params["parallel"] = cleaned["parallel"]
        return params

    def refuse(self, error: CurationError) -> None:
        self.add_error(None, str(error))

    @property
    def opened(self) -> bool:
        """Whether the part that is folded away says something."""
        names = ("others", "model", "max_steps", "loss", "parallel")
        return any(self[name].errors for name in names) or bool(self["others"].value())

    def _config(self, cleaned: dict[str, Any]) -> FitConfig:
        encoder = cleaned["classifier"] == "transformer"
        model = (cleaned["model"] or DEFAULT.model) if encoder else DEFAULT.model
        if "\0" in model:
            raise BadRecipe("The encoder's name has a character that no name has.")
        return FitConfig(
            classifier=cleaned["classifier"],
            model=model,
            max_steps=cleaned["max_steps"] if encoder else DEFAULT.max_steps,
            loss=cleaned["loss"],
            class_weights="balanced" if cleaned["balanced"] else "",
            dynamics=cleaned["dynamics"],
            save_model=cleaned["save_model"],
        )
