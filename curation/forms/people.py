"""Inviting somebody, and coming in by an invitation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.auth.forms import UserCreationForm
from django.contrib.auth.models import User

from curation.models import Role
from curation.services.invitations import LONGEST_NOTE, MOST_DAYS, USUAL_DAYS

MEANINGS = {
    Role.OWNER: "does everything, members and settings included",
    Role.RESEARCHER: "reads and changes everything but members and settings",
    Role.ANNOTATOR: "answers rounds and sees nothing else",
    Role.AUDITOR: "reads everything, who did what included, and changes nothing",
}


class InvitationForm(forms.Form):
    """Whom to invite as what, and for how long."""

    role = forms.ChoiceField(
        label="As",
        choices=[(role.value, f"{role.value}: {means}") for role, means in MEANINGS.items()],
        initial=Role.RESEARCHER.value,
    )
    note = forms.CharField(
        label="For whom",
        required=False,
        max_length=LONGEST_NOTE,
        help_text="A name, so that you know later which link was whose.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    days = forms.IntegerField(
        label="Days that the link lives", min_value=1, max_value=MOST_DAYS, initial=USUAL_DAYS
    )


if TYPE_CHECKING:
    NewAccountForm = UserCreationForm[User]
else:
    NewAccountForm = UserCreationForm


class JoinForm(NewAccountForm):
    """A name and a password for somebody who was invited."""

    class Meta(UserCreationForm.Meta):
        model = User
        fields = ("username",)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["username"].label = "Name"
        self.fields["username"].help_text = "Letters, digits and @ . + - _; you sign in with it."
        self.fields["password1"].help_text = "At least 8 characters, and not a common one."
        self.fields["password2"].label = "Password once more"
        self.fields["password2"].help_text = ""
