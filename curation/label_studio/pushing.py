"""Push tasks so that each is there exactly once, whatever was cut off before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Sequence
from typing import Protocol

from curation.label_studio.errors import BadTasks, ServerFailed, Unreachable
from curation.label_studio.records import TaskToPush

CHUNK = 500  # tasks in one import, which the server commits as one


class TaskStore(Protocol):
    """What a push needs of a front."""

    url: str

    def find_tasks(self, project_id: int) -> dict[str, list[int]]:
        """External id → ids of the tasks that carry it."""
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
    there = _without_doubles(store, project_id)
    wanted = {task.external_id for task in tasks}
    if not wanted <= there.keys():
        _add_missing(store, project_id, tasks, there.keys(), batch=batch, progress=progress)
        there = _without_doubles(store, project_id)
    missing = wanted - there.keys()
    if missing:
        raise ServerFailed(
            url=store.url,
            doing=f"push {len(tasks)} tasks",
            reason=f"{len(missing)} of them are not there although it took them",
        )
    if progress:
        progress(len(tasks))
    return {task.external_id: there[task.external_id] for task in tasks}


def _refuse_repeats(tasks: Sequence[TaskToPush]) -> None:
    counts = Counter(task.external_id for task in tasks)
    repeated = [external_id for external_id, count in counts.items() if count > 1]
    if repeated:
        raise BadTasks(repeated=repeated)


def _add_missing(
    store: TaskStore,
    project_id: int,
    tasks: Sequence[TaskToPush],
    there: Container[str],
    *,
    batch: str,
    progress: Callable[[int], None] | None,
) -> None:
    missing = [task for task in tasks if task.external_id not in there]
    done = len(tasks) - len(missing)
    for start in range(0, len(missing), CHUNK):
        chunk = missing[start : start + CHUNK]
        if progress:
            progress(done)
        try:
            store.import_tasks(project_id, chunk, batch=batch)
        except Unreachable:
            # the answer was lost; only a look can tell whether the tasks were
            found = store.find_tasks(project_id)
            if any(task.external_id not in found for task in chunk):
                raise
        done += len(chunk)


def _without_doubles(store: TaskStore, project_id: int) -> dict[str, int]:
    """External id → the one task that carries it; further ones are deleted.

    The lowest id stays, unless people have answered another: an answer is never thrown away.
    """
    kept: dict[str, int] = {}
    for external_id, ids in store.find_tasks(project_id).items():
        kept[external_id] = ids[0]
        if len(ids) > 1:
            answered = [task_id for task_id in ids if store.has_annotations(task_id)]
            kept[external_id] = min(answered or ids)
            for task_id in set(ids) - {kept[external_id], *answered}:
                store.delete_task(task_id)
    return kept
