"""Strings of a request → a wish for texts as a job keeps it, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django import forms
from django.forms import BoundField

from curation.errors import BadInput, CurationError
from curation.models import Project
from generation.errors import NoValues
from generation.forms.wish_fields import WishFields
from generation.models import Attribute
from generation.screening.checks import Checks
from generation.services.asking import Terms, options_for
from generation.services.showing.looking import (
    checked_address,
    file_in_home,
    path_in_home,
    usual_address,
)
from generation.services.showing.words import METHOD_WORDS

FIRST_COUNT = 100  # offered at first: enough to look at, little to pay
FROM_FILES = ("recorded", "template")
CHECKS = ("near", "near_apart", "semantic", "giveaway", "personal", "boilerplate")
OPTIONS = (
    "context", "style", "n_texts", "turns", "shots", "temperature", "max_tokens", "seed_share",
    "degree", "label_last",
)  # fmt: skip
LIMITS = ("parallel", "requests_per_minute", "tokens_per_minute")
TERMS = ("patience", "top_up", "reuse")
OPTION_WORDS = {
    "--recordings FILE or FOLDER": "recordings",
    "--recordings FILE": "recordings",
    "--seed-share": "seed_share",
    "--shots": "shots",
    "--price IN OUT": "price_sent",
    "--price": "price_sent",
}  # how commands call a field
TEXTS_FIELDS = (
    "style", "fewest", "most", "context", "n_texts", "turns", "shots", "seed_share", "degree",
    "language", "temperature", "max_tokens", "attributes", "label_last",
)  # fmt: skip
MONEY_FIELDS = (
    "cap", "price_sent", "price_written", "currency", *LIMITS, "patience", "top_up", "reuse",
)  # fmt: skip


class WishForm(WishFields):
    """A wish for texts of one project."""

    lacks_list = False  # whether a list that the method draws from is not there yet

    def __init__(
        self,
        sent: Mapping[str, Any] | None = None,
        *,
        project: Project,
        like: Mapping[str, Any] | None = None,
    ) -> None:
        """
        Args:
            sent: what came with a request; None: a form to fill in.
            project: whose own way of writing is filled in.
            like: an earlier wish to begin with.
        """
        super().__init__(sent, initial=initial_of(project, like or {}))
        self._project = project
        names = Attribute.objects.filter(project=project).values_list("name", flat=True)
        self.lists = list(names)
        attributes = self.fields["attributes"]
        assert isinstance(attributes, forms.MultipleChoiceField)
        attributes.choices = [(name, name) for name in self.lists]
        self.initial["attributes"] = [n for n in self.initial["attributes"] if n in self.lists]

    def clean_base_url(self) -> str:
        try:
            return checked_address(self.cleaned_data["base_url"])
        except BadInput as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if (cleaned.get("fewest") is None) != (cleaned.get("most") is None):
            self.add_error("most", "Give the fewest and the most words, or neither.")
        if (cleaned.get("price_sent") is None) != (cleaned.get("price_written") is None):
            self.add_error("price_written", "A price is two amounts: tokens sent and written.")
        if cleaned.get("provider") in FROM_FILES:
            try:
                cleaned["path"] = file_in_home(cleaned.get("recordings", ""))
            except BadInput as error:
                self.add_error("recordings", str(error))
        return cleaned

    def refuse(self, error: CurationError) -> None:
        """Say beside the form what a service found wrong, in the form's words for its fields."""
        sentence = str(error)
        for option, name in OPTION_WORDS.items():
            sentence = sentence.replace(option, f"“{self[name].label}”")
        self.add_error(None, sentence)
        self.lacks_list = isinstance(error, NoValues)

    def wish(self) -> dict[str, Any]:
        """What a job is started with: what was said, without what is the default anyway."""
        cleaned = self.cleaned_data
        wish: dict[str, Any] = {
            "provider": cleaned["provider"],
            "method": cleaned["method"],
            "count": cleaned["count"],
            "seed": cleaned["seed"] or 0,
            "model": cleaned["model"].strip(),
            "language": cleaned["language"].strip().lower(),
            "options": self._options(),
            "checks": self._said(CHECKS, asdict(Checks())),
        }
        if cleaned["provider"] in FROM_FILES:
            wish["recordings"] = str(cleaned["path"])
        else:
            wish["base_url"] = cleaned["base_url"]
        return {
            name: value for name, value in (wish | self._terms()).items() if value not in ("", {})
        }

    def _options(self) -> dict[str, Any]:
        cleaned, own = self.cleaned_data, options_for(self._project)
        options = self._said(OPTIONS, asdict(own))
        if cleaned["fewest"] is not None and (cleaned["fewest"], cleaned["most"]) != own.words:
            options["words"] = [cleaned["fewest"], cleaned["most"]]
        drawn = cleaned["attributes"]
        if cleaned["method"] == "attributes" and drawn and tuple(drawn) != own.attributes:
            options["attributes"] = drawn
        return options

    def _terms(self) -> dict[str, Any]:
        cleaned, usual = self.cleaned_data, Terms()
        terms = self._said(LIMITS, asdict(usual.limits))
        terms |= self._said(TERMS, {name: getattr(usual, name) for name in TERMS})
        if cleaned["cap"] is not None:
            terms["cap"] = format(cleaned["cap"], "f")
        if cleaned["price_sent"] is not None:
            terms["price"] = [
                format(cleaned[name], "f") for name in ("price_sent", "price_written")
            ]
            terms["currency"] = cleaned["currency"] or "USD"
        return terms

    def _said(self, names: tuple[str, ...], usual: Mapping[str, Any]) -> dict[str, Any]:
        given = {name: self.cleaned_data[name] for name in names}
        return {
            name: value
            for name, value in given.items()
            if value is not None and value != usual[name]
        }

    def methods(self) -> list[tuple[Any, str]]:
        """Each method's button with its sentence."""
        return [
            (choice, METHOD_WORDS.get(choice.data["value"], ("", ""))[1])
            for choice in self["method"]
        ]

    def texts_fields(self) -> list[BoundField]:
        return [self[name] for name in TEXTS_FIELDS]

    def check_fields(self) -> list[BoundField]:
        return [self[name] for name in CHECKS]

    def money_fields(self) -> list[BoundField]:
        return [self[name] for name in MONEY_FIELDS]

    def opened(self) -> set[str]:
        """Folded parts that hold something else than usual, or an error."""
        groups = {"texts": TEXTS_FIELDS, "checks": CHECKS, "money": MONEY_FIELDS}
        changed = {*self.errors, *(self.changed_data if self.is_bound else ())}
        return {name for name, fields in groups.items() if changed & {*fields}}


def initial_of(project: Project, like: Mapping[str, Any]) -> dict[str, Any]:
    """What the form is filled in with: the defaults, the project's own, then an earlier wish."""
    try:
        own = asdict(options_for(project, **like.get("options") or {}))
    except BadInput:
        own = asdict(options_for(project))
    usual = Terms()
    first = {
        "method": "zero_shot",
        "provider": "openai",
        "base_url": usual_address(),
        "count": FIRST_COUNT,
        "seed": 0,
        "currency": "USD",
        **{name: getattr(Checks(), name) for name in CHECKS},
        **asdict(usual.limits),
        **{name: getattr(usual, name) for name in TERMS},
    }
    sent, written = like.get("price") or (None, None)
    plain = {name: value for name, value in like.items() if name not in ("options", "checks")}
    fewest, most = own.pop("words")
    return {
        **first,
        **own,
        "fewest": fewest,
        "most": most,
        **plain,
        **(like.get("checks") or {}),
        "price_sent": sent,
        "price_written": written,
        "recordings": path_in_home(like.get("recordings", "")),
    }
