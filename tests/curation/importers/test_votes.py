"""Votes from CSV and JSON lines: every row is a vote, a skip, or a bad row with its reason."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from curation.errors import BadInput, BadRow
from curation.importers import VoteRow, read_votes
from curation.importers.vote_row import SKIP_REASONS

LABELS = ["joke", "news"]


def read(tmp_path: Path, content: str, name: str = "votes.csv") -> list[VoteRow | BadRow]:
    file = tmp_path / name
    file.write_text(content)
    return list(read_votes(file, labels=LABELS))


def read_line(tmp_path: Path, **fields: Any) -> VoteRow | BadRow:
    line = {"task": "e1", "worker": "ann", "label": "joke"} | fields
    (row,) = read(tmp_path, json.dumps(line) + "\n", "votes.jsonl")
    return row


def test_csv_needs_three_columns_and_takes_three_more(tmp_path: Path) -> None:
    plain = read(tmp_path, "task,worker,label\ne1,ann,joke\n")
    full = read(
        tmp_path,
        "task,worker,label,seconds,answered_at,skip\n"
        "e1,ann,joke,4.5,2026-11-21T14:05:00+01:00,\n"
        "e1,bob,,,,unclear\n",
    )

    assert plain == [VoteRow(line=2, task="e1", worker="ann", label="joke")]
    assert full == [
        VoteRow(
            line=2, task="e1", worker="ann", label="joke", seconds=4.5,
            answered_at=datetime(2026, 11, 21, 13, 5, tzinfo=UTC),
        ),
        VoteRow(line=3, task="e1", worker="bob", label=None, skip_reason="unclear"),
    ]  # fmt: skip


def test_json_lines_say_the_same_as_csv(tmp_path: Path) -> None:
    row = read_line(tmp_path, seconds=4.5, answered_at="2026-11-21T13:05:00")

    assert row == VoteRow(
        line=1, task="e1", worker="ann", label="joke", seconds=4.5,
        answered_at=datetime(2026, 11, 21, 13, 5, tzinfo=UTC),
    )  # fmt: skip


@pytest.mark.parametrize("label", [None, ""])
@pytest.mark.parametrize("reason", SKIP_REASONS)
def test_no_label_and_a_reason_is_a_skip(tmp_path: Path, label: str | None, reason: str) -> None:
    row = read_line(tmp_path, label=label, skip=reason)

    assert isinstance(row, VoteRow)
    assert row.skipped
    assert row.skip_reason == reason


def test_numbers_may_name_tasks_people_and_labels(tmp_path: Path) -> None:
    file = tmp_path / "votes.jsonl"
    file.write_text('{"task": 1, "worker": 2, "label": 5}\n')

    (row,) = read_votes(file, labels=["4", "5"])

    assert row == VoteRow(line=1, task="1", worker="2", label="5")


@pytest.mark.parametrize(
    ("fields", "reason", "says"),
    [
        ({"label": "poem"}, "unknown_label", "label 'poem' is not one of joke, news"),
        ({"label": ["joke", "news"]}, "several_labels", "several labels ('joke', 'news')"),
        ({"label": None}, "no_label", "no label, and no reason to skip"),
        ({"label": "joke", "skip": "unclear"}, "label_and_skip", "both the label 'joke' and"),
        ({"label": "", "skip": "tired"}, "unknown_skip", "'tired' is not one of unclear"),
        ({"worker": None}, "bad_worker", "its worker must be a name"),
        ({"worker": "x" * 121}, "bad_worker", "1 to 120 characters"),
        ({"worker": True}, "bad_worker", "its worker must be a name"),
        ({"task": ["e1"]}, "bad_task", "its task must be a name"),
        ({"task": "half \ud83d"}, "bad_task", "its task must be a name"),
        ({"seconds": -1}, "bad_seconds", "a number from 0, not -1"),
        ({"seconds": "soon"}, "bad_seconds", "not 'soon'"),
        ({"seconds": float("nan")}, "bad_seconds", "not nan"),
        ({"seconds": 10**400}, "bad_seconds", "must be a number"),
        ({"seconds": True}, "bad_seconds", "not True"),
        ({"answered_at": "yesterday"}, "bad_time", "not 'yesterday'"),
        ({"answered_at": 1732200000}, "bad_time", "must be a time like"),
        ({"answered_at": "0001-01-01T00:00:00+14:00"}, "bad_time", "must be a time like"),
    ],
)
def test_what_is_no_vote_says_why(
    tmp_path: Path, fields: dict[str, Any], reason: str, says: str
) -> None:
    row = read_line(tmp_path, **fields)

    assert isinstance(row, BadRow)
    assert (row.line, row.reason) == (1, reason)
    assert says in row.detail


def test_the_form_is_told_by_the_beginning_not_by_the_ending(tmp_path: Path) -> None:
    line = '{"task": "e1", "worker": "ann", "label": "joke"}\n'

    rows = [read(tmp_path, line, name) for name in ("votes.jsonl", "votes.json", "votes.txt")]

    assert rows == [[VoteRow(line=1, task="e1", worker="ann", label="joke")]] * 3


@pytest.mark.parametrize("content", ['{\n "task": "e1"\n}\n', '{"task": ' + "[" * 100_000])
def test_one_object_over_many_lines_or_nested_too_deep_is_refused(
    tmp_path: Path, content: str
) -> None:
    with pytest.raises(BadInput, match="is one JSON object"):
        read(tmp_path, content, "votes.json")
