"""What can be asked of an annotation front. Label Studio and its fake both answer to it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Protocol

from curation.label_studio.records import RemoteTask, ServerInfo, TaskToPush


class AnnotatorSession(Protocol):
    """One person at work. Every call is made as that person, never in an administrator's name."""

    @property
    def email(self) -> str: ...

    def annotate(self, task_id: int, label_code: str, *, unique_id: str, seconds: float) -> bool:
        """Store one answer.

        Args:
            unique_id: a UUID made from what the answer is about, so that a repeat is recognised.

        Returns:
            True when it was stored now, False when it was there already.
        """
        ...

    def skip(self, task_id: int, *, unique_id: str) -> bool:
        """Decline to answer; True when that was stored now."""
        ...

    def next_task(self, project_id: int) -> int | None:
        """The remote task this person is shown next; None when there is none for them.

        It is reserved for them for a while.
        """
        ...

    def close(self) -> None: ...


class Front(Protocol):
    """An annotation front with an administrator's rights. Every call may be repeated safely."""

    def check(self) -> ServerInfo:
        """Ask for health, version and our own name; raise a sentence if any is missing."""
        ...

    def ensure_project(
        self, *, key: str, title: str, config: str, overlap: int, instructions: str
    ) -> int:
        """The id of the remote project that carries `key`, made or brought to these settings."""
        ...

    def update_project(
        self, project_id: int, *, config: str, overlap: int, instructions: str
    ) -> None: ...

    def push_tasks(
        self,
        project_id: int,
        tasks: Sequence[TaskToPush],
        *,
        batch: str,
        progress: Callable[[int], None] | None = None,
    ) -> dict[str, int]:
        """Make sure that each task is there exactly once.

        Args:
            batch: a name for this push, shown to annotators beside the text.
            progress: called with the number of tasks known to be there.

        Returns:
            For every task of this call: external id → remote task id.
        """
        ...

    def changed_tasks(
        self, project_id: int, *, since: str | None, settled: bool = False
    ) -> Iterator[RemoteTask]:
        """Tasks changed after `since`, oldest change first, each with all its annotations.

        Args:
            since: the greatest `updated_at` seen so far; some older changes are told again,
                since one that began earlier may have become visible later. None: every task.
            settled: no change up to `since` can come to light any more, so none is told again.
        """
        ...

    def ask_again(self, project_id: int, wanted: Mapping[int, int]) -> int:
        """Show each task until it has that many answers; how many had to be changed.

        Args:
            wanted: remote task id → answers in all, at least 1; tasks that are gone are left
                out.
        """
        ...

    def settle(self, project_id: int, task_ids: Collection[int]) -> int:
        """Show these tasks to nobody else; how many had to be changed."""
        ...

    def task_count(self, project_id: int, *, key: str = "") -> int:
        """How many tasks are there.

        Args:
            key: what the remote project must carry; "": anything. Servers give the id of a
                deleted project to another one.

        Raises:
            Gone: there is no such project, or it does not carry the key.
        """
        ...

    def task_ids(self, project_id: int) -> dict[str, int]:
        """External id → remote task id of all tasks there; deleted tasks are missing."""
        ...

    def find_tasks(self, project_id: int) -> dict[str, list[int]]:
        """External id → ids of all tasks that carry it, lowest first; more than one are copies."""
        ...

    def ensure_webhook(self, project_id: int, *, url: str, secret: str) -> None:
        """Have `url` called, with the secret in a header, when an answer comes or changes."""
        ...

    def invite_link(self) -> str:
        """The address where people sign themselves up."""
        ...

    def annotator(self, email: str, *, password: str, name: str) -> AnnotatorSession:
        """Make sure this person exists and can log in; return their session."""
        ...

    def close(self) -> None:
        """Let connections go."""
        ...

    def delete_project(self, project_id: int) -> None:
        """Delete the remote project with its tasks and annotations; nothing if it is gone."""
        ...
