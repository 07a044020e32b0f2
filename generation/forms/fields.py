"""Fields that forms of this app share."""

from __future__ import annotations

from typing import Any

from django import forms

MOST_SMALL = 10_000


def whole_number(label: str, help_text: str = "", *, least: int = 1, most: int = MOST_SMALL) -> Any:
    return forms.IntegerField(
        required=False, label=label, help_text=help_text, min_value=least, max_value=most
    )


def decimal_number(label: str, help_text: str = "", *, most: float = 1.0) -> Any:
    return forms.FloatField(
        required=False,
        label=label,
        help_text=help_text,
        min_value=0,
        max_value=most,
        widget=forms.NumberInput(attrs={"step": "any"}),
    )


def money(label: str, help_text: str = "") -> Any:
    return forms.DecimalField(
        required=False,
        label=label,
        help_text=help_text,
        min_value=0,
        max_digits=16,
        decimal_places=9,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
