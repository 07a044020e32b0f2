"""When annotators are checked."""

from __future__ import annotations

from collections import Counter

import pytest

from curation.assignment import Checks, ChecksError, due_check


def test_checks_come_as_often_as_asked() -> None:
    checks = Checks(gold=0.1, attention=0.05, repeat=0.05)

    drawn = Counter(due_check(checks, annotator="ann", number=n) for n in range(4_000))

    assert 0.08 < drawn["gold"] / 4_000 < 0.12
    assert 0.035 < drawn["attention"] / 4_000 < 0.065
    assert 0.035 < drawn["repeat"] / 4_000 < 0.065


def test_two_people_are_checked_at_different_places() -> None:
    checks = Checks(gold=0.2)

    places = [
        [n for n in range(50) if due_check(checks, annotator=name, number=n)]
        for name in ("ann", "bob")
    ]

    assert places[0] != places[1]


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        ({"gold": 0.9}, "gold"),
        ({"gold": 0.4, "repeat": 0.2}, "half"),
        ({"qualification": -1}, "-1"),
    ],
)
def test_checks_that_cannot_be_meant_are_refused(wrong: dict[str, float], what: str) -> None:
    with pytest.raises(ChecksError, match=what):
        Checks(**wrong)  # type: ignore[arg-type]


def test_checks_survive_being_stored() -> None:
    checks = Checks(gold=0.1, qualification=5, pass_share=0.8)

    assert Checks.from_json({**checks.as_json(), "unknown": 1}) == checks
