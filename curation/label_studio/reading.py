"""Reading a project's tasks page by page, while people go on annotating.

Numbered pages are not safe then: a task that changes moves to the end of the list, the others
move up, and the one at the border between two pages is never shown. So every page asks for what
lies beyond the last row seen.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from curation.label_studio.payload import external_id, moment
from curation.label_studio.transport import Transport

PAGE = 200  # tasks with their annotations
SLIM_PAGE = 1000  # tasks without
BEGINNING = "2000-01-01T00:00:00.000000Z"
# A change gets its time when it begins and becomes visible when it is committed; behind other
# writers on SQLite that can take seconds.
OVERLAP = timedelta(seconds=10)
TICK = timedelta(microseconds=1)


def task_ids(transport: Transport, project_id: int) -> dict[str, list[int]]:
    """External id → ids of the tasks that carry it, lowest first; more than one are doubles."""
    found: dict[str, list[int]] = {}
    last = 0
    while True:
        # `include` works as a parameter of its own only, and makes the look-up three times as fast
        rows = _page(transport, project_id, "id", last, "Number", size=SLIM_PAGE, include="id,data")
        for row in rows:
            last = int(row["id"])
            ours = external_id(row)
            if ours is not None:
                found.setdefault(ours, []).append(last)
        if len(rows) < SLIM_PAGE:
            return found


def changed_tasks(
    transport: Transport, project_id: int, *, since: str | None
) -> Iterator[dict[str, Any]]:
    """Raw tasks changed after `since` (minus a margin), oldest change first."""
    start = moment(since, earlier=OVERLAP) if since else BEGINNING
    told: set[tuple[object, object]] = set()
    page = 1
    while True:
        rows = _page(
            transport,
            project_id,
            "updated_at",
            start,
            "Datetime",
            page=page,
            size=PAGE,
            fields="all",
        )
        for row in rows:
            seen = (row.get("id"), row.get("updated_at"))
            if seen not in told:
                told.add(seen)
                yield row
        if len(rows) < PAGE:
            return
        # rows of one and the same time may go on beyond the page
        border = moment(rows[-1].get("updated_at"), earlier=TICK)
        page = page + 1 if border <= start else 1
        start = max(start, border)


def _page(
    transport: Transport,
    project_id: int,
    column: str,
    beyond: int | str,
    kind: str,
    *,
    size: int,
    page: int = 1,
    **fields: str,
) -> list[dict[str, Any]]:
    """Up to `size` tasks whose `column` is greater than `beyond`, in its order."""
    listed = transport.get(
        "/api/tasks/",
        doing=f"read the tasks of remote project {project_id}",
        project=project_id,
        page=page,
        page_size=size,
        query=json.dumps(_beyond(column, beyond, kind)),
        resolve_uri="false",
        **fields,
    )
    return list(listed["tasks"])


def _beyond(column: str, border: int | str, kind: str) -> dict[str, object]:
    """Label Studio's way to say: greater than `border`, in order."""
    return {
        "filters": {
            "conjunction": "and",
            "items": [
                {
                    "filter": f"filter:tasks:{column}",
                    "operator": "greater",
                    "value": border,
                    "type": kind,
                }
            ],
        },
        "ordering": [f"tasks:{column}"],
    }
