"""The job "explore": from votes in the database to curves."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from curation import job_handlers
from curation.datasets import Policy, drop_reasons
from curation.embeddings import DIMENSIONS
from curation.errors import BadInput, JobCancelled, NothingToDo
from curation.explorer.candidates import Candidate
from curation.explorer.curves import (
    GLOBAL,
    HELD_OUT,
    POSTERIOR,
    RAW,
    TEST,
    WITHIN_LABEL,
    ScoreCurves,
)
from curation.explorer.pool import Pool
from curation.explorer.scoring import Measured, measure
from curation.models import Project
from curation.progress import silent
from curation.services import scoring
from curation.services.agreement import judge
from curation.services.exploring.evidence import votes_mark
from curation.services.scoring import score_curves
from tests.factories import annotate, make_example, make_project

pytestmark = pytest.mark.django_db

VOTES = (
    ["joke"] * 5, ["joke"] * 4 + ["news"], ["joke"] * 3 + ["news"] * 2,
    ["news"] * 5, ["news"] * 4 + ["joke"], ["news"] * 3, ["news", "news", "joke"],
)  # fmt: skip


def fake_embed(texts: Sequence[str], **_: Any) -> npt.NDArray[np.float32]:
    """Texts of jokes point one way, others the other; a hash makes each a little different."""
    rows = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
    for row, text in zip(rows, texts, strict=True):
        row[0] = 1 if "joke" in text else -1
        row[1 + hashlib.sha256(text.encode()).digest()[0] % 8] = 1
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture(autouse=True)
def embedded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scoring, "embed", fake_embed)


@pytest.fixture
def project() -> Project:
    project = make_project()
    for number in range(42):
        votes = VOTES[number % len(VOTES)]
        example = make_example(project, f"a {votes[0]} {number}", name=f"e{number}")
        annotate(project, votes, example=example)
    return project


def add_test_texts(project: Project, *, rows: int = 24) -> None:
    for number in range(rows):
        gold = ("joke", "news")[number % 2]
        make_example(project, f"test {gold} {number}", split="test", source="real", gold=gold)


def test_without_a_test_set_judged_examples_are_scored_by_cross_fitting(project: Project) -> None:
    found = score_curves(project)

    assert (found.target, found.examples, found.scored_rows) == (HELD_OUT, 42, 42)
    assert found.label_names == ("joke", "news")
    assert {curve.agreement for curve in found.curves} == {RAW, POSTERIOR}
    assert found.test_curve is not None


def test_gold_labels_of_test_texts_are_the_target_where_there_are_enough(project: Project) -> None:
    add_test_texts(project)

    found = score_curves(project, seeds=2)

    assert (found.target, found.scored_rows, found.train_rows) == (TEST, 24, 42)
    assert found.test_curve is None  # nobody voted on test texts


def test_judged_texts_that_a_test_text_equals_but_for_case_are_left_out(project: Project) -> None:
    add_test_texts(project)
    for number in range(2):
        make_example(project, f"A joke, {7 * number}.", split="test", source="real")

    found = score_curves(project, seeds=2)

    assert (found.left_out, found.examples, found.train_rows) == (2, 40, 40)


def test_judged_texts_that_say_the_same_are_held_out_together(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    pools = []

    def note(pool: Pool, *args: Any, **options: Any) -> Measured:
        pools.append(pool)
        return measure(pool, *args, **options)

    monkeypatch.setattr(scoring, "measure", note)
    annotate(project, ["joke"] * 3, example=make_example(project, "A JOKE: 0!", name="copy"))

    score_curves(project, seeds=2)

    assert pools[0].group is not None
    group = dict(zip(pools[0].ids, pools[0].group.tolist(), strict=True))
    assert [name for name in group if group[name] == group["e0"]] == ["e0", "copy"]
    assert len(set(group.values())) == 42


def test_votes_on_test_texts_give_the_first_studys_figure(project: Project) -> None:
    add_test_texts(project)
    for example in project.examples.filter(split="test")[:12]:
        annotate(project, ["joke", "joke", "news"], example=example)

    found = score_curves(project, seeds=2)

    assert found.test_curve is not None
    assert [point.rows for point in found.test_curve.points] == [12]


def test_a_handful_of_test_texts_is_not_a_target(project: Project) -> None:
    add_test_texts(project, rows=19)

    assert score_curves(project, seeds=2).target == HELD_OUT


def test_the_job_stores_what_can_be_read_back_and_says_which_votes_it_is_of(
    project: Project,
) -> None:
    result = job_handlers.explore(project, {"seeds": 2}, silent)

    found = ScoreCurves.from_json(json.loads(json.dumps(result)))
    assert found.votes_fingerprint == votes_mark(project)
    assert found.seeds == 2
    annotate(project, ["joke"])
    assert found.votes_fingerprint != votes_mark(project)


@pytest.mark.parametrize("measure", [RAW, POSTERIOR])
@pytest.mark.parametrize(
    ("kind", "value", "field"), [(GLOBAL, 0.8, "threshold"), (WITHIN_LABEL, 0.5, "keep_share")]
)
@pytest.mark.parametrize("balance", ["", "equal"])
def test_a_candidate_keeps_what_the_policy_of_its_name_keeps(
    project: Project, measure: str, kind: str, value: float, field: str, balance: str
) -> None:
    judged = judge(project, posterior=True)
    policy = Policy(**{field: value, "measure": measure, "balance": balance})  # type: ignore[arg-type]
    rows = np.arange(len(judged.judged.label))
    pool = scoring._pool(judged, rows, np.zeros((len(rows), 2), dtype=np.float32))

    keep = Candidate(
        kind=kind, agreement=measure, balanced=balance == "equal", value=value
    ).keep(pool)  # fmt: skip

    assert keep.tolist() == (drop_reasons(judged.judged, policy) == "").tolist()


def test_of_a_large_pool_a_random_part_is_used(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scoring, "MOST_CELLS", 60)

    assert score_curves(project, seeds=2).examples == 30


def test_nothing_can_be_said_without_votes() -> None:
    with pytest.raises(NothingToDo, match="no votes yet"):
        score_curves(make_project())


def test_too_few_judged_examples_are_refused_with_what_is_needed() -> None:
    project = make_project()
    annotate(project, ["joke"] * 3)

    with pytest.raises(NothingToDo, match="need 20 judged examples"):
        score_curves(project)


@pytest.mark.parametrize("seeds", [0, 51])
def test_seeds_have_a_range(project: Project, seeds: int) -> None:
    with pytest.raises(BadInput, match="1 to 50"):
        score_curves(project, seeds=seeds)


def test_it_can_be_cancelled(project: Project) -> None:
    def stop(done: int, total: int, note: str = "") -> None:
        raise JobCancelled

    with pytest.raises(JobCancelled):
        score_curves(project, progress=stop)
