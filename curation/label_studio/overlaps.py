"""How many people a task goes to, set task by task: asked for twice, it is changed once.

A front shows a task until it has `overlap` answers. In an adaptive round it begins with few, and
some tasks are asked of one more person; what is not wanted any more is taken back.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Protocol

from curation.label_studio.errors import Gone, Unreachable
from curation.label_studio.interface import checked_overlap
from curation.label_studio.records import RemoteOverlap

CHUNK = 200  # tasks looked up at once


class OverlapStore(Protocol):
    """What setting overlaps needs of a front."""

    def read_overlaps(self, project_id: int, ids: Sequence[int]) -> dict[int, RemoteOverlap]:
        """Remote task id → what is there; ids that are gone are missing."""
        ...

    def write_overlap(self, task_id: int, overlap: int, *, is_done: bool) -> None:
        """Set both; may fail after having done it."""
        ...


def ask_again(store: OverlapStore, project_id: int, overlaps: Mapping[int, int]) -> int:
    """Show each task until it has that many answers; how many had to be changed."""
    for overlap in overlaps.values():
        checked_overlap(overlap)

    def wish(task_id: int, there: RemoteOverlap) -> RemoteOverlap:
        overlap = overlaps[task_id]
        return RemoteOverlap(
            overlap=overlap, answers=there.answers, is_done=there.answers >= overlap
        )

    return _bring(store, project_id, overlaps, wish)


def settle(store: OverlapStore, project_id: int, task_ids: Collection[int]) -> int:
    """Show these tasks to nobody else; how many had to be changed."""

    def wish(task_id: int, there: RemoteOverlap) -> RemoteOverlap:
        if there.is_done and there.overlap <= max(1, there.answers):
            return there
        return RemoteOverlap(overlap=max(1, there.answers), answers=there.answers, is_done=True)

    return _bring(store, project_id, task_ids, wish)


def _bring(
    store: OverlapStore,
    project_id: int,
    task_ids: Collection[int],
    wish: Callable[[int, RemoteOverlap], RemoteOverlap],
) -> int:
    ids = sorted(task_ids)
    changed = 0
    for start in range(0, len(ids), CHUNK):
        there = store.read_overlaps(project_id, ids[start : start + CHUNK])
        for task_id, standing in sorted(there.items()):
            wanted = wish(task_id, standing)
            if wanted != standing:
                changed += _write(store, project_id, task_id, wanted)
    return changed


def _write(store: OverlapStore, project_id: int, task_id: int, wanted: RemoteOverlap) -> bool:
    """Write once; if the answer is lost, look whether it was stored."""
    try:
        store.write_overlap(task_id, wanted.overlap, is_done=wanted.is_done)
    except Gone:
        return False
    except Unreachable:
        now = store.read_overlaps(project_id, [task_id]).get(task_id)
        if now is not None and now.overlap != wanted.overlap:
            raise
    return True
