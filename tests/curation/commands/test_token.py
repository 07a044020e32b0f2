"""`manage.py token`: made, listed, revoked by the operator."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from curation.models import ApiToken
from curation.services.tokens import find_token
from tests.factories import make_member, make_project

pytestmark = pytest.mark.django_db


def said(*words: str) -> str:
    out = StringIO()
    call_command("token", *words, stdout=out)
    return out.getvalue()


def test_a_token_is_made_listed_and_revoked() -> None:
    make_member(make_project("jokes"), name="mira")

    made = json.loads(
        said("create", "mira", "export", "--scope", "read", "--project", "jokes", "--json")
    )
    listed = json.loads(said("list", "mira", "--json"))["tokens"]
    said("revoke", "mira", str(made["id"]))

    assert (made["scopes"], made["project"], made["expires_at"]) == (["read"], "jokes", None)
    assert made["key"] not in json.dumps(listed)
    assert [token["prefix"] for token in listed] == [made["key"][: len(made["prefix"])]]
    assert json.loads(said("list", "--json")) == {"tokens": []}


def test_the_key_is_printed_for_people_once() -> None:
    make_member(make_project("jokes"), name="mira")

    key = said("create", "mira", "export", "--days", "30").splitlines()[0]

    assert find_token(key).name == "export"
    assert key not in said("list")


@pytest.mark.parametrize(
    "words",
    [
        ("create", "nobody", "export"),
        ("revoke", "mira", "999999"),
        ("create", "mira", "export", "--days", "0"),
        ("create", "mira", "export", "--project", "other"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(words: tuple[str, ...]) -> None:
    make_member(make_project("jokes"), name="mira")

    with pytest.raises(CommandError) as caught:
        said(*words)

    assert str(caught.value).endswith((".", "createsuperuser", "a,b"))
    assert not ApiToken.objects.exists()
