"""A key as somebody types it, once."""

from __future__ import annotations

from django import forms

from curation.models import Secret
from curation.services.secrets import LONGEST


class SecretForm(forms.Form):
    """A key for one server."""

    kind = forms.ChoiceField(label="What it is", choices=Secret.Kind.choices)
    address = forms.CharField(
        label="Server",
        max_length=300,
        initial="https://api.openai.com/v1",
        help_text="The key is sent to this server and to no other.",
        widget=forms.TextInput(attrs={"inputmode": "url", "autocapitalize": "none"}),
    )
    value = forms.CharField(
        label="Key",
        max_length=LONGEST,
        help_text="It is sealed at once; nobody sees it again, not even you.",
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
