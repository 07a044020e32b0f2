"""Strings of a request → who writes a project's first texts, and how many."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from curation.errors import BadInput
from curation.services.secrets import LONGEST
from generation.forms.fields import money
from generation.services.showing.looking import checked_address
from generation.services.trying import Writer

FIRST_COUNT, MOST_COUNT = 50, 1_000


class WriterForm(forms.Form):
    """A model at an address."""

    base_url = forms.CharField(
        label="Address of the server",
        max_length=300,
        help_text="Any that speaks OpenAI’s protocol; it mostly ends in /v1.",
        widget=forms.TextInput(
            attrs={"inputmode": "url", "autocapitalize": "none", "list": "servers"}
        ),
        error_messages={"required": "Give the address of a server, or import texts you have."},
    )
    model = forms.CharField(
        label="Model",
        max_length=200,
        help_text="As the server names it, like gpt-4o-mini.",
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}),
        error_messages={"required": "Name the model, as the server names it."},
    )
    key = forms.CharField(
        label="Key",
        required=False,
        max_length=LONGEST,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    price_sent = money("Price of tokens sent", "Per million; only where no table knows it.")
    price_written = money("Price of tokens written", "Per million.")
    currency = forms.RegexField(
        r"^[A-Z]{3}$",
        required=False,
        initial="USD",
        error_messages={"invalid": "A currency has three capital letters, like USD."},
    )

    def clean_base_url(self) -> str:
        try:
            return checked_address(self.cleaned_data["base_url"])
        except BadInput as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if (cleaned.get("price_sent") is None) != (cleaned.get("price_written") is None):
            self.add_error("price_written", "A price is two amounts: tokens sent and written.")
        return cleaned

    def writer(self) -> Writer:
        cleaned = self.cleaned_data
        sent, written = cleaned["price_sent"], cleaned["price_written"]
        price = None if sent is None else (format(sent, "f"), format(written, "f"))
        return Writer(
            base_url=cleaned["base_url"],
            model=cleaned["model"].strip(),
            price=price,
            currency=cleaned["currency"] or "USD",
        )


class FirstForm(forms.Form):
    """How many texts are written first, and for how much at most."""

    count = forms.IntegerField(
        label="How many texts",
        min_value=2,
        max_value=MOST_COUNT,
        help_text="Over all labels, as many for each.",
    )
    seed = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    # of the wish that the page has shown: sent twice, it is one
    cap = money("At most", "Another call that could cost more than this in all is not made.")

    def cap_said(self) -> str:
        cap: Decimal | None = self.cleaned_data["cap"]
        return "" if cap is None else format(cap, "f")
