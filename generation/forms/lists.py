"""Strings of a request → lists of values."""

from __future__ import annotations

from typing import Any

from django import forms

from curation.errors import BadInput
from generation.services.attributes import LONGEST_NAME, MOST_VALUES
from generation.services.showing.looking import checked_address, usual_address


class ListForm(forms.Form):
    """A list as a person wants it: one value a line."""

    name = forms.CharField(max_length=LONGEST_NAME, help_text="Like topic, style or persona.")
    values = forms.CharField(
        label="Values, one a line", widget=forms.Textarea(attrs={"rows": 8}), max_length=300_000
    )

    def lines(self) -> list[str]:
        return str(self.cleaned_data["values"]).splitlines()


class WriteListForm(forms.Form):
    """A list that a model is to write."""

    name = forms.CharField(max_length=LONGEST_NAME, help_text="Like topic, style or persona.")
    n_values = forms.IntegerField(min_value=1, max_value=MOST_VALUES, label="How many", initial=20)
    model = forms.CharField(max_length=200, help_text="As the provider names it.")
    base_url = forms.CharField(required=False, max_length=300, label="Address")
    seed = forms.IntegerField(required=False, initial=0, min_value=-(2**62), max_value=2**62)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"base_url": usual_address()} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)

    def clean_base_url(self) -> str:
        try:
            return checked_address(self.cleaned_data["base_url"])
        except BadInput as error:
            raise forms.ValidationError(str(error)) from error

    def params(self) -> dict[str, Any]:
        """What the job is started with."""
        cleaned = self.cleaned_data
        return {
            "name": cleaned["name"],
            "n_values": cleaned["n_values"],
            "provider": "openai",
            "model": cleaned["model"],
            "base_url": cleaned["base_url"],
            "seed": cleaned["seed"] or 0,
        }
