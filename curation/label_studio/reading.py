"""Reading a project's tasks page by page, while people go on annotating.

Numbered pages are not safe then: a task that changes moves to the end of the list, the others
move up, and the one at the border between two pages is never shown. So every page asks for what
lies beyond the last row seen.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from curation.label_studio.payload import external_id, moment
from curation.label_studio.records import RemoteOverlap
from curation.label_studio.transport import Transport

PAGE = 200  # tasks with their annotations
SLIM_PAGE = 1000  # tasks without
BEGINNING = "2000-01-01T00:00:00.000000Z"
# A change gets its time when it begins and becomes visible when it is committed; behind other
# writers on SQLite that can take seconds.
OVERLAP = timedelta(seconds=10)
TICK = timedelta(microseconds=1)
# Named fields, of the annotations too, take less than half the time of all fields; that is as
# fast as the export, which besides leaves a copy of every text and answer on the server's disk.
FIELDS = (
    "id,data,updated_at,annotations,completed_by,email,result,was_cancelled,created_at,"
    "lead_time,unique_id"
)


def task_ids(transport: Transport, project_id: int, *, beyond: int = 0) -> dict[str, list[int]]:
    """External id → ids of the tasks that carry it, lowest first; more than one are doubles.

    Args:
        beyond: leave tasks up to this id out.
    """
    found: dict[str, list[int]] = {}
    last = beyond
    while True:
        # `include` works as a parameter of its own only, and makes the look-up three times as fast
        page = _page(transport, project_id, "id", last, "Number", size=SLIM_PAGE, include="id,data")
        for row in page.rows:
            last = int(row["id"])
            ours = external_id(row)
            if ours is not None:
                found.setdefault(ours, []).append(last)
        if not page.more:
            return found


def start_of(since: str | None, *, settled: bool) -> str:
    """The time from which changes are told."""
    if not since:
        return BEGINNING
    return moment(since, earlier=timedelta(0) if settled else OVERLAP)


def changed_tasks(transport: Transport, project_id: int, *, start: str) -> Iterator[dict[str, Any]]:
    """Raw tasks changed after `start`, oldest change first."""
    told: set[tuple[object, object]] = set()
    number = 1
    while True:
        page = _page(
            transport,
            project_id,
            "updated_at",
            start,
            "Datetime",
            page=number,
            size=PAGE,
            fields="all",
            include=FIELDS,
        )
        n_told = len(told)
        for row in page.rows:
            seen = (row.get("id"), row.get("updated_at"))
            if seen not in told:
                told.add(seen)
                yield row
        if not page.more or (len(told) == n_told and len(page.rows) < PAGE):
            return
        # rows of one and the same time may go on beyond the page
        border = moment(page.rows[-1].get("updated_at"), earlier=TICK)
        number = number + 1 if border <= start else 1
        start = max(start, border)


def overlaps(transport: Transport, project_id: int, ids: Sequence[int]) -> dict[int, RemoteOverlap]:
    """Remote task id → how many people it goes to; ids that are gone are missing.

    Args:
        ids: a few hundred at most, since they go into the address.
    """
    page = _page(
        transport,
        project_id,
        "id",
        ids,
        "Number",
        operator="in_list",
        size=max(1, len(ids)),
        include="id,overlap,is_labeled,total_annotations",
    )
    found = {
        int(row["id"]): RemoteOverlap(
            overlap=int(row["overlap"]),
            answers=int(row["total_annotations"]),
            is_done=bool(row["is_labeled"]),
        )
        for row in page.rows
    }
    left = [one for one in ids if one not in found] if page.more and found else []
    return found | (overlaps(transport, project_id, left) if left else {})


@dataclass(frozen=True, kw_only=True)
class _Page:
    rows: list[dict[str, Any]]
    more: bool  # whether others may follow: a server may have a page smaller than was asked for


def _page(
    transport: Transport,
    project_id: int,
    column: str,
    value: int | str | Sequence[int],
    kind: str,
    *,
    size: int,
    operator: str = "greater",
    page: int = 1,
    **fields: str,
) -> _Page:
    """Up to `size` tasks whose `column` is greater than `value` (or in it), in its order."""
    listed = transport.get(
        "/api/tasks/",
        doing=f"read the tasks of remote project {project_id}",
        project=project_id,
        page=page,
        page_size=size,
        query=json.dumps(_query(column, operator, value, kind)),
        resolve_uri="false",
        **fields,
    )
    rows = list(listed["tasks"])
    more = len(rows) >= size or page > 1 or len(rows) < int(listed.get("total") or 0)
    return _Page(rows=rows, more=bool(rows) and more)


def _query(
    column: str, operator: str, value: int | str | Sequence[int], kind: str
) -> dict[str, object]:
    """Label Studio's way to ask for some tasks, in order."""
    condition = {
        "filter": f"filter:tasks:{column}",
        "operator": operator,
        "value": value,
        "type": kind,
    }
    return {
        "filters": {"conjunction": "and", "items": [condition]},
        "ordering": [f"tasks:{column}"],
    }
