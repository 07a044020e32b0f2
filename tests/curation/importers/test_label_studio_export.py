"""A Label Studio export: votes, skips and texts come in, everything else says why not."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from curation.errors import BadInput, BadRow
from curation.importers import VoteRow, read_votes
from curation.importers import label_studio_export as export


def answer(*labels: str, **changes: Any) -> dict[str, Any]:
    result = [{"from_name": "label", "type": "choices", "value": {"choices": list(labels)}}]
    raw = {
        "id": 1,
        "completed_by": 7,
        "result": result if labels else [],
        "was_cancelled": False,
        "lead_time": 3.5,
        "created_at": "2026-11-21T02:45:28.293829Z",
        "updated_at": "2026-11-21T02:45:28.293842Z",
    }
    return raw | changes


def task(*answers: Any, **data: Any) -> dict[str, Any]:
    return {
        "id": 12,
        "data": data or {"text": "Great.", "external_id": "e1"},
        "annotations": list(answers),
    }


def read(tmp_path: Path, tasks: Any) -> list[VoteRow | BadRow]:
    file = tmp_path / "export.json"
    file.write_text(json.dumps(tasks))
    return list(read_votes(file, labels=["joke", "news"]))


def test_an_answer_brings_label_person_time_and_text(tmp_path: Path) -> None:
    (row,) = read(tmp_path, [task(answer("joke"))])

    assert row == VoteRow(
        line=1, task="e1", worker="user-7", label="joke", seconds=3.5, text="Great.", place="task",
        answered_at=datetime(2026, 11, 21, 2, 45, 28, 293829, tzinfo=UTC),
    )  # fmt: skip


@pytest.mark.parametrize("person", [{"id": 7, "email": "Ann@Lab.org"}, {"email": "ann@lab.org"}])
def test_people_may_be_told_by_e_mail(tmp_path: Path, person: dict[str, Any]) -> None:
    (row,) = read(tmp_path, [task(answer("joke", completed_by=person))])

    assert isinstance(row, VoteRow)
    assert row.worker == "ann@lab.org"


def test_a_cancelled_answer_is_a_skip(tmp_path: Path) -> None:
    (row,) = read(tmp_path, [task(answer(was_cancelled=True))])

    assert isinstance(row, VoteRow)
    assert row.skipped


@pytest.mark.parametrize(
    ("data", "name"),
    [
        ({"text": "Great.", "external_id": "ours", "id": 4}, "ours"),
        ({"text": "Great.", "id": 4}, "4"),
        ({"text": "Great."}, "text-ad19b8cc2deb82c3"),
        ({"review": "no text of ours", "id": "r1"}, "r1"),
    ],
)
def test_a_task_is_named_by_its_ids_or_else_by_its_text(
    tmp_path: Path, data: dict[str, Any], name: str
) -> None:
    (row,) = read(tmp_path, [task(answer("joke"), **data)])

    assert isinstance(row, VoteRow)
    assert row.task == name


def test_the_newest_answer_of_a_person_counts_and_the_others_are_listed(tmp_path: Path) -> None:
    older = answer("joke", id=1)
    newer = answer("news", id=2, updated_at="2026-11-22T00:00:00Z")

    kept, listed = read(tmp_path, [task(older, newer)])

    assert isinstance(kept, VoteRow)
    assert kept.label == "news"
    assert isinstance(listed, BadRow)
    assert listed.reason == "repeated_vote"


@pytest.mark.parametrize(
    ("content", "reason", "says"),
    [
        (task(answer("joke", "news")), "several_labels", "several labels ('joke', 'news')"),
        (task(answer()), "no_label", "it has no label"),
        (task(answer("poem")), "unknown_label", "label 'poem' is not one of joke, news"),
        (task(answer("joke", completed_by=None)), "no_annotator", "does not say whose it is"),
        (task("joke"), "not_an_annotation", "is not a JSON object"),
        (task(answer("joke"), review="x"), "no_text", "no text in data.text"),
        (task(answer("joke"), text="nul \x00", id=1), "bad_text", "holds a NUL character"),
        (task(answer("joke"), text="x", id="y" * 121), "bad_task", "1 to 120 characters"),
        ("joke", "not_a_task", "no data and annotations"),
    ],
)
def test_what_is_no_vote_says_which_task_and_why(
    tmp_path: Path, content: Any, reason: str, says: str
) -> None:
    _, row = read(tmp_path, [task(answer("joke")), content])

    assert isinstance(row, BadRow)
    assert (row.place, row.line, row.reason) == ("task", 2, reason)
    assert says in str(row)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('[{"id": 1, "label": "joke", "annotator": 7}]', "not JSON-MIN"),
        ("[1, 2", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
    ],
)
def test_another_export_is_refused(tmp_path: Path, content: str, says: str) -> None:
    file = tmp_path / "export.json"
    file.write_text(content)

    with pytest.raises(BadInput, match=says):
        list(read_votes(file, labels=["joke"]))


def test_an_export_without_tasks_is_no_error(tmp_path: Path) -> None:
    assert read(tmp_path, []) == []


def test_an_export_too_large_to_be_read_whole_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "MOST_MIB", 0)

    with pytest.raises(BadInput, match="export fewer tasks at a time"):
        read(tmp_path, [task(answer("joke"))])
