"""Tasks that somebody deleted on the front: no change tells of them, only their number does."""

from __future__ import annotations

from django.core.cache import cache

from curation.label_studio.front import Front
from curation.models import AnnotationRound
from curation.services.pulling.replacing import forget

REMEMBERED = 3_600  # seconds for which foreign tasks are not looked up again


def remote_key(target: AnnotationRound) -> str:
    """The key that the round's remote project carries."""
    return f"concord-{target.key.hex}"


def forget_deleted(target: AnnotationRound, front: Front) -> int:
    """Compare numbers; look the tasks up where they differ, and forget those that are gone.

    Returns:
        How many were gone.

    Raises:
        FrontProblem: among others when the whole remote project is gone, or is another one: then
            nothing is forgotten.
    """
    assert target.remote_project is not None
    there = front.task_count(target.remote_project, key=remote_key(target))
    sent = target.tasks.filter(remote_id__isnull=False)
    foreign = f"foreign-tasks-{target.key.hex}"
    if there == sent.count() + cache.get(foreign, 0):
        return 0
    found = front.find_tasks(target.remote_project)
    gone = [
        key
        for key, remote_id in sent.values_list("pk", "remote_id")
        if remote_id not in found.get(str(key), [])
    ]
    forget(target, gone)
    # tasks that others made there are no reason to look again at every pull
    cache.set(foreign, there - sent.count(), REMEMBERED)
    return len(gone)
