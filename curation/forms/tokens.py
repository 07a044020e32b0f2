"""A token that somebody wants."""

from __future__ import annotations

from typing import Any

from django import forms

from curation.models import Project
from curation.services.access import projects_of
from curation.services.tokens import LONGEST_NAME, MEANINGS, MOST_DAYS, Scope


class TokenForm(forms.Form):
    """What it is for, what it may do, where and how long."""

    name = forms.CharField(
        label="What it is for", max_length=LONGEST_NAME, help_text="Like: nightly export."
    )
    scopes = forms.MultipleChoiceField(
        label="It may",
        choices=[(scope.value, MEANINGS[scope]) for scope in Scope],
        initial=[Scope.READ.value],
        widget=forms.CheckboxSelectMultiple,
        help_text="Never more than your own role in a project allows.",
        error_messages={"required": "Say what the token may do."},
    )
    project = forms.ModelChoiceField(
        queryset=Project.objects.none(),
        required=False,
        to_field_name="slug",
        empty_label="every project of yours",
        label="In",
    )
    days = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=MOST_DAYS,
        initial=90,
        label="Days it lives",
        help_text="Empty: until you revoke it.",
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        projects = self.fields["project"]
        assert isinstance(projects, forms.ModelChoiceField)
        projects.queryset = projects_of(user).order_by("slug")
