"""Of many votes the most disputed texts are those of the table."""

from __future__ import annotations

import pytest

from curation.services.report import examples
from curation.services.report.examples import most_disputed
from curation.services.summaries import refresh
from tests.factories import annotate, make_example, make_project

pytestmark = pytest.mark.django_db


def test_many_votes_are_not_gone_through_and_tell_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    project = make_project(labels=("joke", "news"))
    for votes in (["joke"] * 3, ["joke", "news", "joke"], ["joke", "news", None], [None]):
        annotate(project, votes)
    annotate(project, ["joke", "news"], example=make_example(project, split="check"))
    by_votes = most_disputed(project, limit=3)
    refresh(project)
    monkeypatch.setattr(examples, "AT_ONCE", 0)
    monkeypatch.setattr("curation.frames.project_votes", None)  # it would fail if it were called

    by_table = most_disputed(project, limit=3)

    assert by_table == by_votes
    assert [card.agreement for card in by_table] == pytest.approx([1 / 2, 2 / 3, 1])
