"""What somebody says about themselves."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser

LONGEST_NAME = 150


class AccountForm(forms.Form):
    """Name, mail and time zone."""

    name = forms.CharField(
        required=False,
        max_length=LONGEST_NAME,
        help_text="As the members of your projects see it. You sign in with your user name.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        required=False,
        label="E-mail",
        help_text="You can sign in with it, and a new password is sent there.",
        widget=forms.TextInput(attrs={"autocomplete": "email", "inputmode": "email"}),
    )
    time_zone = forms.ChoiceField(
        required=False,
        label="Time zone",
        help_text="All times on the pages are told in it.",
    )

    def __init__(self, *args: Any, user: AbstractUser, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user
        zone = self.fields["time_zone"]
        assert isinstance(zone, forms.ChoiceField)
        zone.choices = [("", "my browser’s"), *((name, name.replace("_", " ")) for name in zones())]

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"])
        others = get_user_model().objects.exclude(pk=self._user.pk)
        if email and others.filter(email__iexact=email).exists():
            raise forms.ValidationError("Another account has this address.")
        return email


@lru_cache(maxsize=1)
def zones() -> list[str]:
    """Names of time zones by place, such as Europe/Berlin, and UTC."""
    places = sorted(name for name in available_timezones() if "/" in name)
    return ["UTC", *(name for name in places if not name.startswith(("Etc/", "posix", "right")))]
