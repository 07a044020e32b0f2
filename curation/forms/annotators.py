"""What is done about an annotator."""

from __future__ import annotations

from django import forms


class ActionForm(forms.Form):
    """Why something is done about an annotator, and what a warned one reads."""

    reason = forms.CharField(
        label="Why",
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Say why; the reason is kept with the action."},
    )
    told = forms.CharField(
        label="What they read",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
