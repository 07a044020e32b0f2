"""What the explorer knows beside votes: topics, costs, and the job that makes it."""

from __future__ import annotations

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from curation import job_handlers
from curation.embeddings import DIMENSIONS, MODEL, VectorStore
from curation.embeddings.store import content_key
from curation.errors import BadInput
from curation.explorer.evidence_store import read_evidence, write_evidence
from curation.models import Project
from curation.progress import silent
from curation.services.exploring import evidence, find_evidence, keep_evidence
from curation.services.exploring.costs import Spent, cost_of, price_of_vote, spent_on_texts
from curation.services.exploring.evidence import votes_mark
from tests.curation.explorer.scores_made import made_scores
from tests.factories import annotate, make_example, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(concord_home: Path) -> Project:
    """30 texts about cars, which people agree on, and 30 about soup, which they do not."""
    project = make_project("jokes")
    vectors = {}
    for number in range(60):
        topic = number % 2
        text = f"{('fast cars', 'salty soup')[topic]} number {number}"
        example = make_example(project, text, name=f"text-{number}")
        annotate(project, ["joke", "joke", ("joke", "news")[topic]], example=example)
        vector = np.zeros(DIMENSIONS, dtype=np.float32)
        vector[topic] = 1
        vectors[content_key(text, model=MODEL)] = vector
    store = VectorStore(concord_home / "embeddings" / "minilm", dimensions=DIMENSIONS)
    store.add(vectors)
    return project


def test_topics_come_from_vectors_that_are_there(project: Project) -> None:
    evidence = keep_evidence(project, aggregator="majority", topics=True).evidence

    assert sorted(evidence.topic_words) == ["cars, fast, number", "salty, soup, number"]
    assert evidence.groups.topics.sum(axis=1).tolist() == evidence.groups.size.tolist()


def test_without_vectors_there_are_no_topics(project: Project, concord_home: Path) -> None:
    (concord_home / "embeddings" / "minilm").unlink()

    evidence = keep_evidence(project, aggregator="majority", topics=True).evidence

    assert evidence.topic_words == ()


def test_the_job_measures_scores_and_lays_the_evidence_out(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def measure(project: Project, **_: Any) -> Any:
        return made_scores(fingerprint=votes_mark(project))

    monkeypatch.setattr(job_handlers, "score_curves", measure)
    before = find_evidence(project, aggregator="majority")
    assert before is not None

    result = job_handlers.explore(project, {"aggregator": "majority"}, silent)

    after = find_evidence(project, aggregator="majority")
    assert result["aggregator"] == "majority"
    assert after is not None
    assert (len(before.evidence.topic_words), len(after.evidence.topic_words)) == (0, 2)


def test_the_mark_changes_with_every_change_of_the_votes(project: Project) -> None:
    marks = [votes_mark(project)]

    annotate(project, ["joke"])
    marks.append(votes_mark(project))
    project.rounds.get().tasks.first().annotations.first().delete()  # type: ignore[union-attr]
    marks.append(votes_mark(project))

    assert len(set(marks)) == 3
    assert votes_mark(project) == marks[-1]


@pytest.mark.parametrize("given", ["cheap", "nan", "inf", "-0.1", "1e9"])
def test_a_price_that_is_none_gets_a_sentence(given: str) -> None:
    with pytest.raises(BadInput, match="must be a number from 0 upwards"):
        price_of_vote(given)


def test_a_text_that_is_kept_costs_its_share_of_all_votes_and_all_texts() -> None:
    cost = cost_of(kept=4, votes=30, price=0.1, texts=Spent(amount=1.0, currency="USD"))

    assert cost is not None
    assert (cost.votes, cost.money, cost.currency) == (7.5, 1.0, "USD")


def test_where_no_price_is_known_only_votes_are_counted() -> None:
    cost = cost_of(kept=4, votes=30, price=None, texts=Spent())

    assert cost is not None
    assert (cost.votes, cost.money) == (7.5, None)
    assert cost_of(kept=0, votes=30, price=None, texts=Spent()) is None


def test_what_texts_cost_is_asked_of_generation_by_name(project: Project, settings: Any) -> None:
    assert spent_on_texts(project) == Spent()

    settings.CONCORD_SPENT = ""
    assert spent_on_texts(project) == Spent()


def test_evidence_that_another_request_takes_away_is_shown_all_the_same(
    project: Project, concord_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write_and_lose(*arguments: Any, **options: Any) -> None:
        write_evidence(*arguments, **options)
        shutil.rmtree(concord_home / "evidence" / "jokes")

    monkeypatch.setattr(evidence, "write_evidence", write_and_lose)

    found = keep_evidence(project, aggregator="majority")

    assert (found.evidence.examples, found.fresh) == (60, True)
    assert not (concord_home / "evidence" / "jokes").exists()


def test_two_requests_lay_evidence_out_at_once(project: Project, concord_home: Path) -> None:
    laid = keep_evidence(project, aggregator="majority").evidence
    folder = concord_home / "evidence" / "jokes" / "majority-twice"

    with ThreadPoolExecutor(8) as threads:
        writing = [threads.submit(write_evidence, laid, folder, notes={}) for _ in range(8)]

    assert [one.exception() for one in writing] == [None] * 8
    assert read_evidence(folder).evidence.examples == 60
    assert [path for path in folder.parent.iterdir() if path.name.startswith(".")] == []


def test_what_a_killed_process_left_half_written_goes_after_a_day(
    project: Project, concord_home: Path
) -> None:
    home = concord_home / "evidence" / "jokes"
    old, new = home / ".majority-a.1.2", home / ".majority-b.1.2"
    for folder in (old, new):
        folder.mkdir(parents=True)
        (folder / "rows.key.npy").write_bytes(b"half")
    os.utime(old, (1, 1))

    keep_evidence(project, aggregator="majority")

    assert (old.exists(), new.exists()) == (False, True)
