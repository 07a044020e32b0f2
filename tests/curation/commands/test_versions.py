"""`manage.py versions`: the list, and what changed from one to another."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from tests.factories import make_curated, make_project

pytestmark = pytest.mark.django_db


def said(*arguments: str) -> str:
    out = StringIO()
    call_command("versions", "jokes", *arguments, stdout=out)
    return out.getvalue()


def answer(*arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(said(*arguments, "--json"))
    return found


def test_versions_are_listed_with_what_they_hold() -> None:
    versions = make_curated(make_project())

    listed = answer()["versions"]

    assert [one["number"] for one in listed] == [1, 2]
    assert [one["fingerprint"] for one in listed] == [one.fingerprint for one in versions]
    assert "6 rows (joke 2, news 4): agreement of at least 0.9" in said()


def test_a_project_without_versions_says_so() -> None:
    make_project()

    assert answer() == {"versions": []}
    assert said() == "No version is frozen yet.\n"


def test_a_diff_says_what_changed_and_why() -> None:
    make_curated(make_project())

    diff = answer("diff", "1", "2")

    assert diff["changes"] == {"in": 1, "out": 1, "relabelled": 0, "moved": 0, "same": 5}
    assert diff["why"]["in"] == {"policy": 1}
    assert diff["labels"]["joke"] == {"before": 2, "after": 3}
    (row,) = diff["rows"]["in"]
    assert (row["before"]["drop_reason"], row["after"]["label"]) == ("below_threshold", "joke")
    text = said("diff", "1", "2")
    assert "1 example came in (1 since the policy changed)" in text
    assert "threshold γ: 0.9 → none" in text
    assert answer("diff", "1", "2", "--rows", "0")["rows"] == {}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["diff"], "Name two versions"),
        (["diff", "1"], "Name two versions"),
        (["diff", "1", "2", "3"], "Name two versions"),
        (["diff", "1", "9"], "has no dataset version 9"),
    ],
)
def test_what_cannot_be_compared_is_refused(arguments: list[str], says: str) -> None:
    make_curated(make_project())

    with pytest.raises(CommandError, match=says):
        said(*arguments)
