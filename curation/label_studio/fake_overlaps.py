"""How many people a task of the fake front goes to, and who is shown which task next."""

from __future__ import annotations

from collections.abc import Sequence

from curation.label_studio.fake_storage import FakeStorage, timestamp
from curation.label_studio.records import RemoteOverlap

# a task follows its project until somebody has set its own overlap; an answer closes a task that
# has enough of them, whatever was set before
STANDING = """
SELECT task.id, COALESCE(asked.overlap, project.overlap),
    (SELECT COUNT(*) FROM annotation WHERE task_id = task.id AND NOT skipped),
    COALESCE(asked.is_done, 0)
FROM task JOIN project ON project.id = task.project_id LEFT JOIN asked ON asked.task_id = task.id
"""


def read_overlaps(storage: FakeStorage, ids: Sequence[int]) -> dict[int, RemoteOverlap]:
    with storage.transaction() as database:
        rows = [
            row
            for task_id in ids
            for row in database.execute(f"{STANDING} WHERE task.id = ?", (task_id,))
        ]
    return {
        task_id: RemoteOverlap(
            overlap=overlap, answers=answers, is_done=bool(is_done) or answers >= overlap
        )
        for task_id, overlap, answers, is_done in rows
    }


def write_overlap(storage: FakeStorage, task_id: int, overlap: int, *, is_done: bool) -> None:
    with storage.transaction() as database:
        database.execute(
            "INSERT OR REPLACE INTO asked (task_id, overlap, is_done) VALUES (?, ?, ?)",
            (task_id, overlap, is_done),
        )
        database.execute("UPDATE task SET updated_at = ? WHERE id = ?", (timestamp(), task_id))


def next_task(storage: FakeStorage, project_id: int, email: str) -> int | None:
    """The first open task that this person has neither answered nor skipped."""
    with storage.transaction() as database:
        ids = database.execute(
            "SELECT id FROM task WHERE project_id = ? AND id NOT IN "
            "(SELECT task_id FROM annotation WHERE email = ?) ORDER BY id",
            (project_id, email),
        ).fetchall()
    standing = read_overlaps(storage, [task_id for (task_id,) in ids])
    return next((task_id for task_id, there in standing.items() if not there.is_done), None)
