"""Push tasks so that each is there exactly once, whatever was cut off before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from typing import Protocol

from curation.label_studio.errors import BadTasks, ServerFailed, Unreachable
from curation.label_studio.records import TaskToPush

CHUNK = 500  # tasks in one import, which the server commits as one
CHUNK_LETTERS = 2_000_000  # of text in it; a longer text goes alone


class TaskStore(Protocol):
    """What a push needs of a front."""

    url: str

    def find_tasks(self, project_id: int, *, beyond: int = 0) -> dict[str, list[int]]:
        """External id → ids, above `beyond`, of the tasks that carry it, lowest first."""
        ...

    def has_annotations(self, task_id: int) -> bool: ...

    def delete_task(self, task_id: int) -> None: ...

    def import_tasks(self, project_id: int, tasks: Sequence[TaskToPush], *, batch: str) -> None:
        """Add the tasks in one transaction; may fail after having committed it."""
        ...


def push(
    store: TaskStore,
    project_id: int,
    tasks: Sequence[TaskToPush],
    *,
    batch: str,
    progress: Callable[[int], None] | None = None,
) -> dict[str, int]:
    """Look up what is there, add what is missing, look again.

    Returns:
        External id → remote task id of the given tasks.
    """
    _refuse_repeats(tasks)
    wanted = {task.external_id for task in tasks}
    found = store.find_tasks(project_id)
    if not wanted <= found.keys():
        last = max((ids[-1] for ids in found.values()), default=0)
        missing = [task for task in tasks if task.external_id not in found]
        _Import(store, project_id, batch=batch, beyond=last).send(
            missing, done=len(tasks) - len(missing), progress=progress
        )
        found = _joined(found, store.find_tasks(project_id, beyond=last))
        if not wanted <= found.keys():
            # a server may give an id anew when its task was deleted, so new ids may be low ones
            found = store.find_tasks(project_id)
    there = _without_doubles(store, found)
    if lost := len(wanted - there.keys()):
        raise ServerFailed(
            url=store.url,
            doing=f"push {len(tasks)} tasks",
            reason=f"{lost} of them are not there although it took them",
        )
    if progress:
        progress(len(tasks))
    return {task.external_id: there[task.external_id] for task in tasks}


def _refuse_repeats(tasks: Sequence[TaskToPush]) -> None:
    counts = Counter(task.external_id for task in tasks)
    repeated = [external_id for external_id, count in counts.items() if count > 1]
    if repeated:
        raise BadTasks(repeated=repeated)


class _Import:
    """One push's imports, each sent once."""

    def __init__(self, store: TaskStore, project_id: int, *, batch: str, beyond: int) -> None:
        self._store = store
        self._project_id = project_id
        self._batch = batch
        self._beyond = beyond  # the last task id before the push

    def send(
        self,
        tasks: Sequence[TaskToPush],
        *,
        done: int,
        progress: Callable[[int], None] | None,
    ) -> None:
        for chunk in chunks(tasks):
            if progress:
                progress(done)
            try:
                self._store.import_tasks(self._project_id, chunk, batch=self._batch)
            except Unreachable:
                # the answer was lost; only a look can tell whether the tasks were
                if not self._is_there(chunk):
                    raise
            done += len(chunk)

    def _is_there(self, chunk: Sequence[TaskToPush]) -> bool:
        found: Container[str] = self._store.find_tasks(self._project_id, beyond=self._beyond)
        return all(task.external_id in found for task in chunk)


def chunks(tasks: Sequence[TaskToPush]) -> Iterator[list[TaskToPush]]:
    """The tasks in order, in imports that are neither too many tasks nor too much text."""
    chunk: list[TaskToPush] = []
    letters = 0
    for task in tasks:
        size = len(task.text) + sum(map(len, task.fields.values()))
        if chunk and (len(chunk) >= CHUNK or letters + size > CHUNK_LETTERS):
            yield chunk
            chunk, letters = [], 0
        chunk.append(task)
        letters += size
    if chunk:
        yield chunk


def _joined(
    before: Mapping[str, list[int]], after: Mapping[str, list[int]]
) -> dict[str, list[int]]:
    return {name: before.get(name, []) + after.get(name, []) for name in {**before, **after}}


def _without_doubles(store: TaskStore, found: Mapping[str, list[int]]) -> dict[str, int]:
    """External id → the one task that carries it; further ones are deleted.

    The lowest id stays, unless people have answered another: an answer is never thrown away.
    """
    kept: dict[str, int] = {}
    for external_id, ids in found.items():
        kept[external_id] = ids[0]
        if len(ids) > 1:
            answered = [task_id for task_id in ids if store.has_annotations(task_id)]
            kept[external_id] = min(answered or ids)
            for task_id in set(ids) - {kept[external_id], *answered}:
                store.delete_task(task_id)
    return kept
