"""Tasks that somebody deleted on the front: no change tells of them, only their number does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.cache import cache
from django.db import transaction

from curation.bulk import update_rows
from curation.label_studio.front import Front
from curation.models import AnnotationRound, Task
from curation.services.pulling.replacing import forget

REMEMBERED = 3_600  # seconds for which foreign tasks are not looked up again


def remote_key(target: AnnotationRound) -> str:
    """The key that the round's remote project carries."""
    return f"concord-{target.key.hex}"


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a look at all tasks on the front showed."""

    gone: int  # not there any more
    moved: int  # there under another number


def find_our_tasks(target: AnnotationRound, front: Front, *, misplaced: bool = False) -> Found:
    """Compare numbers; where they differ look all tasks up, and forget those that are gone.

    Args:
        misplaced: look them up in any case: a task has the number or the name of one of ours.

    Raises:
        FrontProblem: among others when the whole remote project is gone, or is another one: then
            nothing is forgotten.
    """
    assert target.remote_project is not None
    there = front.task_count(target.remote_project, key=remote_key(target))
    sent = target.tasks.filter(remote_id__isnull=False)
    foreign = f"foreign-tasks-{target.key.hex}"
    if not misplaced and there == sent.count() + cache.get(foreign, 0):
        return Found(gone=0, moved=0)
    found = front.find_tasks(target.remote_project)
    lost = [
        key
        for key, remote_id in sent.values_list("pk", "remote_id")
        if remote_id not in found.get(str(key), [])
    ]
    moved = {key: found[str(key)][0] for key in lost if str(key) in found}
    forget(target, [key for key in lost if key not in moved])
    _renumber(target, moved)
    # tasks that others made there are no reason to look again at every pull
    cache.set(foreign, there - sent.count(), REMEMBERED)
    return Found(gone=len(lost) - len(moved), moved=len(moved))


@transaction.atomic
def _renumber(target: AnnotationRound, moved: Mapping[int, int]) -> None:
    """Follow tasks that somebody took off the front and put there anew; all is read again."""
    if not moved:
        return
    target.tasks.filter(pk__in=moved).update(remote_id=None)  # two may have changed numbers
    update_rows(Task, ["remote_id"], [Task(pk=key, remote_id=to) for key, to in moved.items()])
    read_everything_again(target)


def read_everything_again(target: AnnotationRound) -> None:
    """Let the next pull read every task: answers that were set aside may count now."""
    AnnotationRound.objects.filter(pk=target.pk).update(watermark="")
    target.watermark = ""
