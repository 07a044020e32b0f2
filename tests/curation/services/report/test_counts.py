"""Numbers of large projects are kept for a while."""

from __future__ import annotations

import pytest

from curation.services import lately
from curation.services.report.counts import kept_counts
from tests.factories import make_example, make_project, make_round

pytestmark = pytest.mark.django_db


def test_few_texts_are_counted_each_time() -> None:
    project = make_project()
    kept_counts(project)
    make_example(project)

    assert kept_counts(project).pool == 1


def test_many_are_counted_anew_when_a_round_came(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lately, "MANY", -1)
    monkeypatch.setattr(lately, "PATIENCE", 1e9)
    project = make_project()
    kept_counts(project)
    make_example(project)

    assert kept_counts(project).pool == 0
    make_round(project)
    assert kept_counts(project).pool == 1
