"""What the database is asked for every answer, written out.

The ORM takes several times as long to write these as the database to run them, and a page waits.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import connection

# the next tasks of both lines; and of each, whether this person has judged its text or holds it, in
# any round, and whether they once held the task
STRETCH = """
SELECT near.id, near.urgency, near.position,
    EXISTS (
        SELECT 1 FROM curation_task same
        WHERE same.example_id = near.example_id AND same.purpose = 'vote' AND (
            EXISTS (
                SELECT 1 FROM curation_annotation given
                WHERE given.task_id = same.id AND given.annotator_id = %(annotator)s
            ) OR EXISTS (
                SELECT 1 FROM curation_lease held WHERE held.task_id = same.id AND held.held
                AND held.participation_id IN (
                    SELECT id FROM curation_participation WHERE annotator_id = %(annotator)s
                )
            )
        )
    ),
    EXISTS (
        SELECT 1 FROM curation_lease once
        WHERE once.task_id = near.id AND once.participation_id = %(participation)s
    )
FROM (
    SELECT * FROM (
        SELECT id, example_id, urgency, position FROM curation_task
        WHERE round_id = %(round)s AND urgency = 0 AND due > 0 AND position > %(again)s
        ORDER BY position LIMIT %(size)s
    ) again
    UNION ALL
    SELECT * FROM (
        SELECT id, example_id, urgency, position FROM curation_task
        WHERE round_id = %(round)s AND urgency = 1 AND due > 0 AND position > %(first)s
        ORDER BY position LIMIT %(size)s
    ) first
) near
ORDER BY near.urgency, near.position
"""
FIRST_FREE = """
SELECT id FROM curation_task WHERE id IN ({keys}) AND due > 0 ORDER BY position LIMIT 1 {passing_by}
"""
TAKE = "UPDATE curation_task SET due = due - 1, leased = leased + 1 WHERE id = %s"
TEXTS = """
SELECT task.id, example.text FROM curation_task task
JOIN curation_example example ON example.id = task.example_id WHERE task.id IN ({keys})
"""
# in the order of the index that serves it: another order would mean to sort or to scan
OVER = """
SELECT 1 FROM curation_lease WHERE round_id = %s AND held AND expires_at < %s
ORDER BY expires_at LIMIT 1
"""
IN_HANDS = """
SELECT id, task_id, key, expires_at < %s FROM curation_lease
WHERE participation_id = %s AND held ORDER BY served_at, id {locking}
"""
LABEL = "SELECT id, name FROM curation_label WHERE project_id = %s AND name = %s"


def rows(statement: str, values: Sequence[Any] | Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def rows_of(statement: str, keys: Collection[int]) -> list[tuple[Any, ...]]:
    """Rows of a statement about `keys`; at least one."""
    marks = ", ".join(["%s"] * len(keys))
    passing_by = f"{locking()} SKIP LOCKED" if locking() else ""
    return rows(statement.format(keys=marks, passing_by=passing_by), list(keys))


def locking() -> str:
    """How rows are locked so that others may name them; SQLite locks whole, and so by nothing."""
    return "FOR NO KEY UPDATE" if connection.features.has_select_for_update else ""
