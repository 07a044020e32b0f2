"""What somebody may filter examples by, and what is done with chosen ones."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django import forms
from django.forms import BoundField
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from curation.models import Project
from curation.services.annotating.rounds import MOST_OVERLAP
from curation.services.examples_table import NONE, ORDERS, TIE, ExampleFilter
from curation.services.examples_table.acting import LONGEST_REASON
from curation.services.examples_table.choices import Choices, FilterChoices


@lru_cache(maxsize=100)
def _options(choices: tuple[tuple[str, str], ...], chosen: str) -> SafeString:
    """The same few again and again; `chosen` is the value of one of them, or of none."""
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((key, mark_safe(" selected") if key == chosen else "", title) for key, title in choices),
    )


class Select(forms.Select):
    """Django's, written without templates: the page has fifteen, which took half of its time."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        known = tuple((str(key), str(title)) for key, title in self.choices)
        options = _options(known, "" if value is None else str(value))
        given = flatatt(self.build_attrs(self.attrs, attrs))
        return format_html('<select name="{}"{}>{}</select>', name, given, options)


def _choice(label: str) -> Any:
    return forms.ChoiceField(required=False, label=label, widget=Select)


def _share(label: str) -> Any:
    numbers = forms.NumberInput(attrs={"step": "any", "min": 0, "max": 1})
    return forms.FloatField(required=False, label=label, widget=numbers)


def _whole(label: str) -> Any:
    return forms.IntegerField(required=False, label=label, min_value=0)


class ExampleFilterForm(forms.Form):
    """The filter as fields; what an address asks for is read by `ExampleFilter.from_query`."""

    order = forms.ChoiceField(
        required=False, label="Order", choices=list(ORDERS.items()), widget=Select
    )
    intended = _choice("Intended label")
    label = _choice("Label of the most votes")
    predicted = _choice("Label a classifier names")
    differs = _choice("Votes and intended label")
    surprising = _choice("Votes and classifier")
    agreement_from = _share("Agreement from")
    agreement_to = _share("Agreement to")
    votes_from = _whole("Votes from")
    votes_to = _whole("Votes to")
    annotator = forms.CharField(
        required=False,
        label="Judged by",
        max_length=120,
        widget=forms.TextInput(attrs={"list": "annotators-known", "autocomplete": "off"}),
    )
    source = _choice("Source")
    split = _choice("Split")
    method = _choice("Prompt method")
    prompt = _choice("Prompt version")
    run = _choice("Generation run")
    version = _choice("In dataset version")
    verdict = _choice("What it did there")
    aside = _choice("Set aside by hand")

    def __init__(self, *, wish: ExampleFilter, choices: FilterChoices) -> None:
        super().__init__(initial={"order": wish.order, **wish.chosen()}, auto_id="by-%s")
        none = [(NONE, "none was asked for")] if choices.labels else []
        offered: dict[str, Choices] = {
            "intended": [*choices.labels, *none],
            "label": [*choices.labels, (TIE, "a tie"), (NONE, "no votes yet")],
            "predicted": [*choices.labels, (NONE, "nothing said yet")],
            "differs": [("yes", "differ")],
            "surprising": [("yes", "differ")],
            "source": choices.sources,
            "split": choices.splits,
            "method": choices.methods,
            "prompt": choices.prompts,
            "run": choices.runs,
            "version": choices.versions,
            "verdict": [("kept", "kept"), ("dropped", "dropped"), *choices.verdicts],
            "aside": [("yes", "yes"), ("no", "no")],
        }
        for name, known in offered.items():
            self._offer(name, known)

    def _offer(self, name: str, known: Choices) -> None:
        """The choices of a field; one from an address that nothing here offers is kept."""
        asked = str(self.initial.get(name, ""))
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        other = [(asked, asked)] if asked and asked not in dict(known) else []
        field.choices = [("", "any"), *known, *other]

    def groups(self) -> list[tuple[str, list[BoundField]]]:
        """Fields by what they are about, for the page."""
        names = {
            "Labels": ("intended", "label", "differs", "predicted", "surprising"),
            "Votes": ("agreement_from", "agreement_to", "votes_from", "votes_to", "annotator"),
            "Where from": ("source", "split", "method", "prompt", "run"),
            "What became of it": ("version", "verdict", "aside"),
        }
        return [(title, [self[name] for name in some]) for title, some in names.items()]


class SetAsideForm(forms.Form):
    """Why texts are taken out by hand."""

    reason = forms.CharField(
        label="Why",
        max_length=LONGEST_REASON,
        help_text="It stands beside each text, and in the versions that drop it.",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why; whoever reads the dataset will want to know."},
    )


class SendForm(forms.Form):
    """How many votes chosen texts shall get."""

    overlap = forms.IntegerField(
        min_value=1, max_value=MOST_OVERLAP, help_text="Votes that each text gets, at most."
    )

    def __init__(self, data: Any = None, *, project: Project) -> None:
        super().__init__(data, initial={"overlap": project.overlap})
