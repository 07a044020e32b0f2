"""A stand-in for Label Studio, for tests and dry runs: same answers, no server.

Its state is one file, so that it outlives a killed process and several processes can share it.
It does what the real server was seen to do: ids only grow, an import commits whole, a repeated
unique id is refused, a task's time moves when one of its annotations does.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

from curation.label_studio import overlaps, pushing, reading
from curation.label_studio.errors import AlreadyThere, NotOurs, Refused, Unreachable
from curation.label_studio.fake_overlaps import next_task, read_overlaps, write_overlap
from curation.label_studio.fake_storage import FakeStorage, timestamp
from curation.label_studio.interface import checked_overlap
from curation.label_studio.payload import sendable
from curation.label_studio.records import RemoteOverlap, RemoteTask, ServerInfo, TaskToPush

Failure = Literal[
    "check", "import", "import after commit", "read", "annotate", "annotate after commit",
    "ask", "ask after commit",
]  # fmt: skip
VERSION = "fake"
SHORTEST_PASSWORD = 8  # characters


class FakeLabelStudio:
    """The front that `fake:PATH` names."""

    def __init__(self, path: Path) -> None:
        self.storage = FakeStorage(path)
        self.url = self.storage.url

    def fail_next(self, kind: Failure, times: int = 1) -> None:
        """Let the next calls of that kind break off, before or after they took effect."""
        self.storage.plan_failures(kind, times)

    def break_if_planned(self, kind: Failure, doing: str) -> None:
        if self.storage.take_failure(kind):
            raise Unreachable(url=self.url, doing=doing, reason="the connection was cut")

    def check(self) -> ServerInfo:
        self.break_if_planned("check", "reach Label Studio")
        return ServerInfo(version=VERSION, user="admin@fake.local")

    def close(self) -> None:
        """There is nothing to close."""

    # projects

    def ensure_project(
        self, *, key: str, title: str, config: str, overlap: int, instructions: str
    ) -> int:
        with self.storage.transaction() as database:
            database.execute(
                "INSERT OR IGNORE INTO project (key, title, config, overlap, instructions) "
                "VALUES (?, ?, ?, ?, ?)",
                (key, title, config, checked_overlap(overlap), instructions),
            )
            row = database.execute("SELECT id FROM project WHERE key = ?", (key,)).fetchone()
        project_id = int(row[0])
        self.update_project(project_id, config=config, overlap=overlap, instructions=instructions)
        return project_id

    def update_project(
        self, project_id: int, *, config: str, overlap: int, instructions: str
    ) -> None:
        doing = f"set up remote project {project_id}"
        self.storage.require_project(project_id, doing)
        with self.storage.transaction() as database:
            database.execute(
                "UPDATE project SET config = ?, overlap = ?, instructions = ? WHERE id = ?",
                (config, checked_overlap(overlap), instructions, project_id),
            )

    def delete_project(self, project_id: int) -> None:
        with self.storage.transaction() as database:
            database.execute("DELETE FROM project WHERE id = ?", (project_id,))

    # tasks

    def push_tasks(
        self,
        project_id: int,
        tasks: Sequence[TaskToPush],
        *,
        batch: str,
        progress: Callable[[int], None] | None = None,
    ) -> dict[str, int]:
        return pushing.push(self, project_id, tasks, batch=batch, progress=progress)

    def changed_tasks(
        self, project_id: int, *, since: str | None, settled: bool = False
    ) -> Iterator[RemoteTask]:
        doing = f"read the tasks of remote project {project_id}"
        self.break_if_planned("read", doing)
        self.storage.require_project(project_id, doing)
        start = reading.start_of(since, settled=settled)
        with self.storage.transaction() as database:
            rows = database.execute(
                "SELECT id, external_id, updated_at FROM task "
                "WHERE project_id = ? AND updated_at > ? ORDER BY updated_at, id",
                (project_id, start),
            ).fetchall()
        for task_id, external_id, updated_at in rows:
            yield RemoteTask(
                remote_id=task_id,
                external_id=external_id,
                updated_at=updated_at,
                annotations=self.storage.annotations(task_id),
            )

    def task_count(self, project_id: int, *, key: str = "") -> int:
        doing = f"count the tasks of remote project {project_id}"
        self.storage.require_project(project_id, doing)
        with self.storage.transaction() as database:
            carried = database.execute(
                "SELECT key FROM project WHERE id = ?", (project_id,)
            ).fetchone()
            query = "SELECT COUNT(*) FROM task WHERE project_id = ?"
            count = int(database.execute(query, (project_id,)).fetchone()[0])
        if key and carried[0] != key:
            raise NotOurs(url=self.url, doing=doing)
        return count

    def task_ids(self, project_id: int) -> dict[str, int]:
        return {external_id: ids[0] for external_id, ids in self.find_tasks(project_id).items()}

    def find_tasks(self, project_id: int, *, beyond: int = 0) -> dict[str, list[int]]:
        """External id → ids, above `beyond`, of the tasks that carry it, lowest first."""
        self.storage.require_project(project_id, f"read the tasks of remote project {project_id}")
        with self.storage.transaction() as database:
            rows = database.execute(
                "SELECT external_id, id FROM task WHERE project_id = ? "
                "AND external_id IS NOT NULL AND id > ? ORDER BY id",
                (project_id, beyond),
            ).fetchall()
        found: dict[str, list[int]] = {}
        for external_id, task_id in rows:
            found.setdefault(external_id, []).append(task_id)
        return found

    def has_annotations(self, task_id: int) -> bool:
        return bool(self.storage.annotations(task_id))

    def delete_task(self, task_id: int) -> None:
        with self.storage.transaction() as database:
            database.execute("DELETE FROM task WHERE id = ?", (task_id,))

    def import_tasks(self, project_id: int, tasks: Sequence[TaskToPush], *, batch: str) -> None:
        """Add tasks, whether they are there already or not."""
        doing = f"push {len(tasks)} tasks into remote project {project_id}"
        self.break_if_planned("import", doing)
        self.storage.require_project(project_id, doing)
        rows = [
            (project_id, task.external_id, sendable(task.text), batch, timestamp(number))
            for number, task in enumerate(tasks)
        ]
        with self.storage.transaction() as database:
            database.executemany(
                "INSERT INTO task (project_id, external_id, text, batch, updated_at) "
                "VALUES (?, ?, ?, ?, ?)",
                rows,
            )
        self.break_if_planned("import after commit", doing)

    # how many people a task goes to

    def ask_again(self, project_id: int, wanted: Mapping[int, int]) -> int:
        return overlaps.ask_again(self, project_id, wanted)

    def settle(self, project_id: int, task_ids: Collection[int]) -> int:
        return overlaps.settle(self, project_id, task_ids)

    def read_overlaps(self, project_id: int, ids: Sequence[int]) -> dict[int, RemoteOverlap]:
        self.storage.require_project(project_id, "look how many people tasks go to")
        return read_overlaps(self.storage, ids)

    def write_overlap(self, task_id: int, overlap: int, *, is_done: bool) -> None:
        doing = f"ask for {overlap} answers to remote task {task_id}"
        self.break_if_planned("ask", doing)
        self.storage.require_task(task_id, doing)
        write_overlap(self.storage, task_id, overlap, is_done=is_done)
        self.break_if_planned("ask after commit", doing)

    # hints

    def ensure_webhook(self, project_id: int, *, url: str, secret: str) -> None:
        self.storage.require_project(project_id, "set up a webhook")
        with self.storage.transaction() as database:
            database.execute(
                "INSERT OR REPLACE INTO webhook (project_id, url, secret) VALUES (?, ?, ?)",
                (project_id, url, secret),
            )

    # people

    def invite_link(self) -> str:
        return f"{self.url}/user/signup/?token=fake"

    def annotator(self, email: str, *, password: str, name: str) -> FakeSession:
        address = email.strip().lower()
        doing = f"sign up {address}"
        if len(password) < SHORTEST_PASSWORD:
            reason = f"a password needs {SHORTEST_PASSWORD} characters at least"
            raise Refused(url=self.url, doing=doing, reason=reason)
        with self.storage.transaction() as database:
            database.execute(
                "INSERT OR IGNORE INTO person (email, password, name) VALUES (?, ?, ?)",
                (address, password, name),
            )
            query = "SELECT password FROM person WHERE email = ?"
            stored = database.execute(query, (address,)).fetchone()[0]
        if stored != password:
            reason = "this person exists with another password; give that one, or another e-mail"
            raise Refused(url=self.url, doing=doing, reason=reason)
        return FakeSession(self, address)


class FakeSession:
    """One person at work on the fake front."""

    def __init__(self, front: FakeLabelStudio, email: str) -> None:
        self._front = front
        self._email = email

    @property
    def email(self) -> str:
        return self._email

    def annotate(self, task_id: int, label_code: str, *, unique_id: str, seconds: float) -> bool:
        return self._answer(task_id, [label_code], unique_id=unique_id, seconds=seconds)

    def skip(self, task_id: int, *, unique_id: str) -> bool:
        return self._answer(task_id, [], unique_id=unique_id, seconds=None)

    def next_task(self, project_id: int) -> int | None:
        return next_task(self._front.storage, project_id, self._email)

    def close(self) -> None:
        """There is nothing to close."""

    def _answer(
        self, task_id: int, label_codes: list[str], *, unique_id: str, seconds: float | None
    ) -> bool:
        doing = f"answer remote task {task_id} as {self._email}"
        self._front.break_if_planned("annotate", doing)
        self._front.storage.require_task(task_id, doing)
        try:
            self._front.storage.add_annotation(
                task_id,
                self._email,
                label_codes,
                unique_id=unique_id,
                seconds=seconds,
                doing=doing,
            )
        except AlreadyThere:
            return False
        self._front.break_if_planned("annotate after commit", doing)
        return True
