"""`manage.py agreement SLUG --explore`: the explorer as a table."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from curation.models import Project
from curation.services import scoring
from curation.services.exploring.evidence import votes_mark
from tests.curation.explorer.scores_made import made_scores, store_scores
from tests.factories import annotate, make_curated, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    project = make_project("jokes")
    make_curated(project)
    return project


def explore(*options: str) -> str:
    out = StringIO()
    call_command("agreement", "jokes", "--explore", *options, stdout=out)
    return out.getvalue()


def test_the_table_has_shares_and_thresholds(project: Project) -> None:
    told = explore()

    assert "   0.60        6        3        3" in told
    assert "   0.90        6        2        4" in told
    assert "--explore --score does it now" in told


def test_as_json_rows_carry_policy_and_labels(project: Project) -> None:
    told = json.loads(explore("--json"))

    by_gamma = {row["threshold"]: row for row in told["rows"] if row["kind"] == "global"}
    assert by_gamma[0.9]["labels"] == {"joke": 2, "news": 4}
    assert by_gamma[0.9]["score"] is None
    assert (told["judged"], told["recommendation"]) == (10, None)


def test_scores_that_the_job_stored_stand_beside_random(project: Project) -> None:
    store_scores(project)

    told = explore()

    assert "0.595 [0.585, 0.605]   0.540 [0.530, 0.550]" in told
    assert "Recommendation: Keep the most agreed 50 % of each label" in told
    assert "Votes came" not in told
    assert "Left out" not in told


def test_judged_texts_that_a_test_text_equals_are_counted(project: Project) -> None:
    store_scores(project, left_out=1)

    assert "Left out, as test texts say the same: 1 judged text.\n" in explore()


def test_older_scores_say_so(project: Project) -> None:
    store_scores(project)
    annotate(project, ["joke"] * 3)

    assert "Votes came or changed since scores were measured" in explore()


def test_score_measures_at_once(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def measure(project: Project, **_: Any) -> Any:
        return made_scores(fingerprint=votes_mark(project), helps=False)

    monkeypatch.setattr(scoring, "score_curves", measure)

    assert "No threshold is better than every row." in explore("--score")


def test_without_votes_it_ends_with_a_sentence() -> None:
    make_project("jokes")

    with pytest.raises(CommandError, match="Nobody has judged a text"):
        explore()
