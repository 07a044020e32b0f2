"""The first steps of a project as somebody types them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict

from curation.errors import BadInput
from curation.importers.guessing import Columns, guess_meaning
from curation.models import FirstSteps, Project
from curation.services.annotating.rounds import MOST_OVERLAP
from curation.services.first_steps.question import LabelSaid, Question
from curation.services.first_steps.uploads import Choice, Looked
from curation.services.projects import LONGEST_TITLE, Preset

FEWEST_ROWS, MORE_ROWS = 3, 3
MOST_ROWS = 100
LEFT_OUT = "-- leave out --"  # in the place of a label's name


def _long(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class QuestionForm(forms.Form):
    """What is classified; labels are two lists of strings, `label` and `means`."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    like = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    title = forms.CharField(
        label="Title",
        max_length=LONGEST_TITLE,
        help_text="A few words that everybody here will know it by, like “Spam in text messages”.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Give it a title; a few words are enough."},
    )
    description = forms.CharField(
        label="The question, as people will read it",
        required=False,
        max_length=2_000,
        help_text="One sentence, like “Is this text message spam?”",
        widget=_long(2),
    )
    style = forms.CharField(
        label="What the texts are",
        required=False,
        max_length=200,
        help_text="A plural, like “text messages” or “product reviews”; language models are told.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    instructions = forms.CharField(
        label="Guideline",
        required=False,
        max_length=20_000,
        help_text="What annotators read first: how to decide the cases that are not plain.",
        widget=_long(4),
    )

    def __init__(self, data: QueryDict | None = None, *, initial: Any = None) -> None:
        super().__init__(data, initial={"key": uuid.uuid4(), **(initial or {})})
        self._labels: list[LabelSaid] = self.initial.get("labels", [])
        if data is not None:
            pairs = zip_longest(data.getlist("label"), data.getlist("means"), fillvalue="")
            self._labels = [LabelSaid(title=name, description=means) for name, means in pairs]

    def labels(self) -> list[LabelSaid]:
        """Those that somebody typed something for."""
        return [one for one in self._labels if one.title.strip() or one.description.strip()]

    def rows(self, *, more: int = 0) -> list[LabelSaid]:
        """The labels and empty rows for others."""
        filled = self.labels()
        empty = max(FEWEST_ROWS - len(filled), 0) + more
        return [*filled, *[LabelSaid(title="")] * min(empty, MOST_ROWS)]

    def said(self) -> Question:
        cleaned = self.cleaned_data
        plain = {name: cleaned[name] for name in ("title", "description", "style", "instructions")}
        return Question(**plain, labels=self.labels(), like=cleaned["like"])


def question_of(project: Project) -> dict[str, Any]:
    """What the form is filled in with for a project that is there."""
    labels = project.labels.order_by("position")
    return {
        "title": project.title,
        "description": project.description,
        "style": project.writing.get("style", ""),
        "instructions": project.instructions,
        "labels": [LabelSaid(title=one.title, description=one.description) for one in labels],
    }


def question_like(name: str, preset: Preset) -> dict[str, Any]:
    """What it is filled in with from a template."""
    return {
        "like": name,
        "title": preset.title,
        "description": preset.description,
        "style": preset.writing.get("style", ""),
        "instructions": preset.instructions,
        "labels": [
            LabelSaid(title=one.title or one.name, description=one.description)
            for one in preset.labels
        ],
    }


class UploadForm(forms.Form):
    """A file with texts."""

    file = forms.FileField(
        label="File",
        allow_empty_file=True,  # the service says it better
        help_text="CSV or JSON lines, UTF-8, one text a row, with names of columns.",
        widget=forms.FileInput(attrs={"accept": ".csv,.jsonl,.ndjson"}),
        error_messages={"required": "Choose a file first."},
    )


@dataclass(frozen=True, kw_only=True)
class ValueShown:
    """A value of the label column: how often it stands there, and what it probably means."""

    field: str
    value: str
    rows: int
    meaning: str  # a label's name, or LEFT_OUT


class ColumnsForm(forms.Form):
    """Which column holds what; left empty, they are guessed."""

    text = forms.ChoiceField(required=False, label="Text")
    label = forms.ChoiceField(required=False, label="Label")
    id = forms.ChoiceField(required=False, label="Id")

    def __init__(self, looked: Looked) -> None:
        super().__init__(initial=vars(looked.columns))
        known = [(name, name) for name in looked.sample.columns]
        for name, first in (("text", []), ("label", [("", "none")]), ("id", [("", "made here")])):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [*first, *known]


def columns_in(query: QueryDict) -> Columns | None:
    """The columns that an address or a form names; None where it names none."""
    text, label, key = (str(query.get(name, "")) for name in ("text", "label", "id"))
    return Columns(text=text, label=label, id=key) if text else None


def values_shown(project: Project, looked: Looked, sent: QueryDict) -> list[ValueShown]:
    """What stands in the column of labels; what somebody chose before stays chosen."""
    labels = list(project.labels.order_by("position").values_list("name", "title"))
    return [
        ValueShown(
            field=f"value-{place}",
            value=value,
            rows=rows,
            meaning=sent.get(f"value-{place}") or guess_meaning(value, labels) or LEFT_OUT,
        )
        for place, (value, rows) in enumerate(looked.values.items())
        if value
    ]


def choice_in(sent: QueryDict, looked: Looked, labels: list[str]) -> Choice:
    """How the file shall be read.

    Raises:
        BadInput: a value is given a meaning that is no label.
    """
    meanings = {}
    for place, value in enumerate(looked.values):
        if not value:  # no label is none that could mean something
            continue
        meaning = sent.get(f"value-{place}", LEFT_OUT)
        if meaning != LEFT_OUT and meaning not in labels:
            raise BadInput(f"{value!r} cannot mean {meaning!r}; labels are {', '.join(labels)}.")
        meanings[value] = "" if meaning == LEFT_OUT else meaning
    return Choice(columns=looked.columns, meanings=meanings, skip_bad="skip_bad" in sent)


class PeopleForm(forms.Form):
    """Where people judge, and how many of them each text."""

    front = forms.ChoiceField(
        label="Where", choices=FirstSteps.Front.choices, widget=forms.RadioSelect
    )
    overlap = forms.IntegerField(
        label="Votes for each text",
        min_value=1,
        max_value=MOST_OVERLAP,
        help_text="Three show disagreement; five or more measure it. It can be changed for each "
        "round.",
    )
    url = forms.CharField(
        label="Address of Label Studio",
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocapitalize": "none"}),
    )
    token = forms.CharField(
        label="Its access token",
        required=False,
        max_length=4_000,
        help_text="Sealed at once, sent to that server only, never shown again.",
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, data: Any = None, *, here: str, initial: Any = None) -> None:
        """`here` is the server that this installation runs or names; nobody has to allow it."""
        super().__init__(data, initial=initial)
        self._here = here

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"].strip()
        if url in ("", self._here):
            return url
        if not url.startswith(("http://", "https://")):
            raise forms.ValidationError("Give an address that begins with https:// or http://.")
        try:
            settings.CONCORD_ENDPOINTS.check(url)
        except BadInput as error:
            raise forms.ValidationError(str(error)) from error
        except ValueError:
            raise forms.ValidationError(f"{url!r} is no address of a server.") from None
        return url


__all__ = [
    "LEFT_OUT",
    "MORE_ROWS",
    "ColumnsForm",
    "PeopleForm",
    "QuestionForm",
    "UploadForm",
    "choice_in",
    "columns_in",
    "question_like",
    "question_of",
    "values_shown",
]
