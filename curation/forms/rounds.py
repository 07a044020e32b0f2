"""How a round on the built-in page is held."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.forms import BoundField

from curation.assignment import Checks, ChecksError
from curation.errors import BadInput
from curation.models import Project
from curation.services.annotating.rounds import MOST_OVERLAP, RoundOptions, check_options

CROWD_FIELDS = (
    "worker_parameter", "completion_url", "completion_code", "consent", "invited_only",
)  # fmt: skip
CHECK_FIELDS = ("gold", "attention", "repeat", "qualification", "pass_share")
MORE_FIELDS = ("answers_each", "most_skips", "lease_minutes")
PARAMETER = r"^[A-Za-z][A-Za-z0-9_.-]*$"
NO_PARAMETER = "A parameter is one word of letters, digits and . _ -"
NO_ADDRESS = "Give an address that begins with https:// or http://."


def share(label: str, help_text: str, *, most: float = 0.5) -> Any:
    return forms.FloatField(
        required=False,
        label=label,
        help_text=help_text,
        min_value=0,
        max_value=most,
        widget=forms.NumberInput(attrs={"step": "any"}),
    )


def whole_number(label: str, help_text: str = "", *, least: int = 1, most: int = 1_000_000) -> Any:
    return forms.IntegerField(
        required=False, label=label, help_text=help_text, min_value=least, max_value=most
    )


class RoundForm(forms.Form):
    """Options of a round. Left empty, a field follows the project or is not asked for."""

    overlap = forms.IntegerField(
        min_value=1, max_value=MOST_OVERLAP, help_text="Votes that each text gets, at most."
    )
    first = whole_number(
        "First votes",
        "Adaptive overlap: each text gets so many, and more only while keep or drop is open. "
        "Empty: every text gets the full overlap.",
        most=MOST_OVERLAP,
    )
    gamma = share(
        "Threshold γ", "Adaptive only: the agreement that decides keep or drop.", most=1.0
    )
    confidence = share(
        "Confidence",
        "Adaptive only: share of decisions that shall equal those of the full overlap.",
        most=0.9999,
    )

    worker_parameter = forms.RegexField(
        PARAMETER,
        required=False,
        max_length=60,
        label="Parameter with the person’s id",
        help_text="PROLIFIC_PID on Prolific, workerId on Mechanical Turk, or any name; empty: "
        "worker. Only a pseudonym made from it is kept.",
        error_messages={"invalid": NO_PARAMETER},
    )
    completion_url = forms.URLField(
        required=False,
        max_length=500,
        label="Where people go back to",
        help_text="Prolific’s completion link, for example.",
        widget=forms.TextInput(attrs={"inputmode": "url"}),
        assume_scheme="https",
    )
    completion_code = forms.CharField(
        required=False,
        max_length=60,
        label="Completion code",
        help_text="Empty: each person gets one of their own.",
    )
    consent = forms.CharField(
        required=False,
        max_length=20_000,
        label="Consent",
        help_text="What people agree to before they begin. Empty: nothing is asked.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    invited_only = forms.BooleanField(
        required=False, label="Only people who get a link of their own"
    )

    gold = share("Known answers", "Share of texts whose answer is known.")
    attention = share("Attention", "Share of texts that say which answer to give.")
    repeat = share("Repeats", "Share of texts that come a second time.")
    qualification = whole_number("Qualification", "Known texts answered first.", least=0, most=200)
    pass_share = share("To pass", "Share of them that must be right.", most=1.0)

    answers_each = whole_number("Texts for each person", "At most. Empty: as many as there are.")
    most_skips = whole_number("Skips", "A text skipped so often is set aside.", most=1_000)
    lease_minutes = whole_number(
        "Minutes a text is held", "Then somebody else may get it.", most=1_440
    )

    def __init__(self, data: Any = None, *, project: Project) -> None:
        usual = RoundOptions()
        initial = {
            "overlap": project.overlap,
            "gamma": project.threshold,
            "confidence": usual.confidence,
            **usual.checks.as_json(),
            "most_skips": usual.most_skips,
            "lease_minutes": usual.lease_seconds // 60,
        }
        super().__init__(data, initial=initial)

    def clean_completion_url(self) -> str:
        url: str = self.cleaned_data["completion_url"]
        if url and not url.startswith(("http://", "https://")):
            raise forms.ValidationError(NO_ADDRESS)
        return url

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                check_options(self.options(), overlap=cleaned["overlap"])
            except (BadInput, ChecksError) as error:
                self.add_error(None, str(error))
        return cleaned

    def options(self) -> RoundOptions:
        """What the round is opened with.

        Raises:
            ChecksError: shares that add up to more than a round can bear.
        """
        cleaned, usual = self.cleaned_data, RoundOptions()
        adaptive = cleaned["first"] is not None
        minutes = cleaned["lease_minutes"]
        return RoundOptions(
            overlap=cleaned["overlap"],
            first=cleaned["first"],
            gamma=cleaned["gamma"] if adaptive else None,
            confidence=_or(cleaned["confidence"], usual.confidence),
            answers_each=cleaned["answers_each"],
            lease_seconds=usual.lease_seconds if minutes is None else 60 * minutes,
            most_skips=_or(cleaned["most_skips"], usual.most_skips),
            checks=self._checks(),
            **{name: cleaned[name] for name in CROWD_FIELDS},
        )

    def _checks(self) -> Checks:
        given = {name: self.cleaned_data[name] for name in CHECK_FIELDS}
        return Checks(**{name: value for name, value in given.items() if value is not None})

    def overlap_fields(self) -> list[BoundField]:
        return [self[name] for name in ("overlap", "first", "gamma", "confidence")]

    def crowd_fields(self) -> list[BoundField]:
        return [self[name] for name in CROWD_FIELDS]

    def check_fields(self) -> list[BoundField]:
        return [self[name] for name in CHECK_FIELDS]

    def more_fields(self) -> list[BoundField]:
        return [self[name] for name in MORE_FIELDS]

    def opened(self) -> set[str]:
        """Folded parts that hold something else than usual, or an error."""
        groups = {"crowd": CROWD_FIELDS, "checks": CHECK_FIELDS, "more": MORE_FIELDS}
        changed = {*self.errors, *(self.changed_data if self.is_bound else ())}
        return {name for name, fields in groups.items() if changed & {*fields}}


def way_problem(parameter: str, completion_url: str) -> str:
    """What is wrong with how people come and where they go back to; "" where nothing is."""
    if parameter and not re.match(PARAMETER, parameter):
        return f"{parameter!r} cannot be in an address. {NO_PARAMETER}; such as PROLIFIC_PID."
    if not completion_url:
        return ""
    try:
        URLValidator(schemes=["http", "https"])(completion_url)
    except forms.ValidationError:
        return f"Nobody can go back to {completion_url!r}. {NO_ADDRESS}"
    return ""


def _or(given: Any, usual: Any) -> Any:
    return usual if given is None else given
