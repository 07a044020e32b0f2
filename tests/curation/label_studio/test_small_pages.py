"""A server may allow smaller pages than are asked for: nothing may be missed then."""

from __future__ import annotations

import json
from typing import Any

import pytest

from curation.label_studio.reading import changed_tasks, overlaps, task_ids

CAP = 3


class Capped:
    """Seven tasks, changed one after another but for two of the same moment; pages of three."""

    def __init__(self) -> None:
        moments = [1, 2, 3, 3, 3, 4, 5]
        self.tasks = [
            {
                "id": number,
                "updated_at": f"2026-01-0{day}T00:00:00.000000Z",
                "data": {"external_id": f"e{number}"},
                "overlap": 2,
                "total_annotations": 0,
                "is_labeled": False,
            }
            for number, day in enumerate(moments, 1)
        ]
        self.asked = 0

    def get(self, path: str, *, doing: str, **fields: Any) -> dict[str, Any]:
        self.asked += 1
        assert self.asked < 30, "it never ends"
        (condition,) = json.loads(fields["query"])["filters"]["items"]
        column, value = condition["filter"].rpartition(":")[2], condition["value"]
        chosen = [
            task
            for task in self.tasks
            if (
                task[column] in value
                if condition["operator"] == "in_list"
                else task[column] > value
            )
        ]
        size = min(CAP, fields["page_size"])
        start = (fields["page"] - 1) * size
        return {"tasks": chosen[start : start + size], "total": len(chosen)}


@pytest.fixture
def server() -> Any:
    return Capped()


def test_every_task_is_listed(server: Any) -> None:
    assert sorted(key for keys in task_ids(server, 1).values() for key in keys) == [*range(1, 8)]


def test_every_change_is_told_once(server: Any) -> None:
    told = [task["id"] for task in changed_tasks(server, 1, start="2026-01-01")]

    assert told == [1, 2, 3, 4, 5, 6, 7]


def test_no_task_is_taken_for_gone(server: Any) -> None:
    assert sorted(overlaps(server, 1, list(range(1, 8)))) == [*range(1, 8)]
