"""The file behind the fake front: one SQLite database, one short transaction per call."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from curation.label_studio.errors import AlreadyThere, BadAddress, Gone, Refused
from curation.label_studio.payload import moment
from curation.label_studio.records import RemoteAnnotation

SCHEMA = """
PRAGMA journal_mode = WAL;
CREATE TABLE IF NOT EXISTS project (
    id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, title TEXT NOT NULL,
    config TEXT NOT NULL, overlap INTEGER NOT NULL, instructions TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS task (
    id INTEGER PRIMARY KEY AUTOINCREMENT, external_id TEXT, text TEXT NOT NULL,
    batch TEXT NOT NULL, updated_at TEXT NOT NULL,
    project_id INTEGER NOT NULL REFERENCES project ON DELETE CASCADE);
CREATE INDEX IF NOT EXISTS task_by_time ON task (project_id, updated_at);
CREATE TABLE IF NOT EXISTS person (
    email TEXT PRIMARY KEY, password TEXT NOT NULL, name TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS annotation (
    id INTEGER PRIMARY KEY AUTOINCREMENT, email TEXT NOT NULL, label_codes TEXT NOT NULL,
    skipped INTEGER NOT NULL, seconds REAL, created_at TEXT NOT NULL, updated_at TEXT NOT NULL,
    unique_id TEXT UNIQUE, task_id INTEGER NOT NULL REFERENCES task ON DELETE CASCADE);
CREATE INDEX IF NOT EXISTS annotation_by_task ON annotation (task_id);
CREATE TABLE IF NOT EXISTS asked (
    task_id INTEGER PRIMARY KEY REFERENCES task ON DELETE CASCADE, overlap INTEGER NOT NULL,
    is_done INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS webhook (
    project_id INTEGER PRIMARY KEY REFERENCES project ON DELETE CASCADE, url TEXT NOT NULL,
    secret TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS failure (id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL);
"""
LOCK_SECONDS = 30.0


class FakeStorage:
    """Opens the file for one call at a time, so that threads and processes can share it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.url = f"fake:{path}"
        if not path.parent.is_dir():
            raise BadAddress(
                f"There is no folder {path.parent} for the fake front's file {path.name}; "
                "create it, or give another path after fake:."
            )
        try:
            with closing(sqlite3.connect(path, timeout=LOCK_SECONDS)) as database:
                database.executescript(SCHEMA)
        except sqlite3.DatabaseError as error:
            raise BadAddress(f"{path} cannot hold the fake front ({error}).") from error

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.path, timeout=LOCK_SECONDS)) as database:
            database.isolation_level = None
            database.execute("PRAGMA foreign_keys = ON")
            database.execute("BEGIN IMMEDIATE")
            yield database
            # not reached when the block raised; closing then rolls back
            database.execute("COMMIT")

    def require_project(self, project_id: int, doing: str) -> None:
        self._require("project", project_id, doing)

    def require_task(self, task_id: int, doing: str) -> None:
        self._require("task", task_id, doing)

    def _require(self, table: str, row_id: int, doing: str) -> None:
        with self.transaction() as database:
            query = f"SELECT 1 FROM {table} WHERE id = ?"  # noqa: S608 - one of two constants
            if database.execute(query, (row_id,)).fetchone() is None:
                raise Gone(url=self.url, doing=doing, reason=f"404: no such {table}")

    def plan_failures(self, kind: str, times: int) -> None:
        with self.transaction() as database:
            database.executemany("INSERT INTO failure (kind) VALUES (?)", [(kind,)] * times)

    def take_failure(self, kind: str) -> bool:
        """Whether a failure of that kind was planned; it is used up."""
        with self.transaction() as database:
            used = database.execute(
                "DELETE FROM failure WHERE id = (SELECT MIN(id) FROM failure WHERE kind = ?)",
                (kind,),
            )
            return used.rowcount > 0

    def annotations(self, task_id: int) -> tuple[RemoteAnnotation, ...]:
        with self.transaction() as database:
            rows = database.execute(
                "SELECT id, email, label_codes, skipped, seconds, created_at, updated_at, "
                "unique_id FROM annotation WHERE task_id = ? ORDER BY id",
                (task_id,),
            ).fetchall()
        return tuple(
            RemoteAnnotation(
                remote_id=row[0],
                annotator=row[1],
                label_codes=tuple(json.loads(row[2])),
                skipped=bool(row[3]),
                seconds=row[4],
                created_at=row[5],
                updated_at=row[6],
                unique_id=row[7],
            )
            for row in rows
        )

    def add_annotation(
        self,
        task_id: int,
        email: str,
        label_codes: Sequence[str],
        *,
        unique_id: str,
        seconds: float | None,
        doing: str,
    ) -> None:
        """Add one annotation, and move the task's time.

        Raises:
            AlreadyThere: the person gave this answer before.
            Refused: the unique id belongs to another answer.
        """
        now = timestamp()
        with self.transaction() as database:
            self._refuse_repeat(database, unique_id, (task_id, email), doing)
            database.execute(
                "INSERT INTO annotation (task_id, email, label_codes, skipped, seconds, "
                "created_at, updated_at, unique_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    task_id,
                    email,
                    json.dumps(list(label_codes)),
                    not label_codes,
                    seconds,
                    now,
                    now,
                    unique_id,
                ),
            )
            database.execute("UPDATE task SET updated_at = ? WHERE id = ?", (now, task_id))

    def _refuse_repeat(
        self, database: sqlite3.Connection, unique_id: str, answer: tuple[int, str], doing: str
    ) -> None:
        earlier = database.execute(
            "SELECT task_id, email FROM annotation WHERE unique_id = ?", (unique_id,)
        ).fetchone()
        if earlier is not None:
            kind = AlreadyThere if earlier == answer else Refused
            reason = f"409: it knows unique id {unique_id}"
            raise kind(url=self.url, doing=doing, reason=reason)

    def edit_annotation(self, annotation_id: int, label_codes: Sequence[str]) -> None:
        """What an annotator can do in the browser: change an answer given earlier."""
        now = timestamp()
        with self.transaction() as database:
            database.execute(
                "UPDATE annotation SET label_codes = ?, skipped = ?, updated_at = ? WHERE id = ?",
                (json.dumps(list(label_codes)), not label_codes, now, annotation_id),
            )
            self._touch_task_of(database, annotation_id, now)

    def delete_annotation(self, annotation_id: int) -> None:
        """What an annotator can do in the browser."""
        with self.transaction() as database:
            self._touch_task_of(database, annotation_id, timestamp())
            database.execute("DELETE FROM annotation WHERE id = ?", (annotation_id,))

    def _touch_task_of(self, database: sqlite3.Connection, annotation_id: int, now: str) -> None:
        database.execute(
            "UPDATE task SET updated_at = ? "
            "WHERE id = (SELECT task_id FROM annotation WHERE id = ?)",
            (now, annotation_id),
        )


def timestamp(microseconds_later: int = 0) -> str:
    """The time now, as a front tells it."""
    later = datetime.now(UTC) + timedelta(microseconds=microseconds_later)
    return moment(later.isoformat())
