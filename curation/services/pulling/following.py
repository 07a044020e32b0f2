"""After a pull: who else is asked, and who no longer is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Count, F, Q, QuerySet

from curation.bulk import chunked
from curation.label_studio.front import Front
from curation.models import Annotation, AnnotationRound, Annotator, Task
from curation.progress import Progress, silent
from curation.services.annotating.settling import needs_plan, settle_round
from curation.services.pulling.counting import first_wish

TOGETHER = 100  # tasks asked of one more person between two words about it
BELIEVED = 300  # seconds for which the front is taken to be as it was found


@dataclass(frozen=True, kw_only=True)
class FollowedUp:
    asked: int  # tasks that the front was now told to show to one person more
    settled: int  # tasks that it was told to show to nobody else


def follow_up(
    target: AnnotationRound,
    front: Front,
    *,
    before: Collection[int] = (),
    progress: Progress = silent,
) -> FollowedUp:
    """Bring the front to what the tasks' books say. May be killed and repeated at any point.

    A task goes to one more person when it wants a vote but has as many answers as the front was
    told to gather: because its decision is open, or because an answer does not count.

    Args:
        before: keys of tasks the front was asked to go on with, from `asked_again`; those that
            want nothing any more are taken back.

    Raises:
        FrontProblem: the server refused or could not be reached; asking again continues.
    """
    assert target.remote_project is not None
    if needs_plan(target):
        settle_round(target)
    asks = _asks(target)
    settles = _settles(target, before)
    believed = f"overlaps-{target.key.hex}"
    if cache.get(believed) == (asks, settles):
        return FollowedUp(asked=0, settled=0)
    asked = 0
    for number, chunk in enumerate(chunked(sorted(asks.items()), TOGETHER)):
        progress(number * TOGETHER, len(asks), "asking for more votes")
        asked += front.ask_again(target.remote_project, dict(chunk))
    settled = front.settle(target.remote_project, settles)
    cache.set(believed, (asks, settles), BELIEVED)
    return FollowedUp(asked=asked, settled=settled)


def asked_again(target: AnnotationRound) -> list[int]:
    """Keys of the tasks that go to more people than every task does, and have not come back."""
    asked = _on_front(target).filter(due__gt=0, votes__gte=first_wish(target))
    return list(asked.order_by("pk").values_list("pk", flat=True))


def _asks(target: AnnotationRound) -> dict[int, int]:
    """Remote task id → answers the front shall gather, where that is more than it gathers anyway.

    The front counts answers that do not count here: strays, and those of excluded annotators.
    """
    idle = _idle_answers(target)
    first = first_wish(target)
    wanting = _on_front(target).filter(due__gt=0)
    rows = wanting.filter(Q(votes__gte=first) | Q(remote_id__in=list(idle)))
    return {
        remote_id: votes + idle[remote_id] + due
        for remote_id, votes, due in rows.values_list("remote_id", "votes", "due")
        if remote_id is not None and votes + idle[remote_id] >= first
    }


def _idle_answers(target: AnnotationRound) -> Counter[int]:
    """Remote task id → answers there that are no votes, skips left out."""
    excluded = (
        Annotation.objects.filter(
            task__round=target,
            label__isnull=False,
            annotator__standing=Annotator.Standing.EXCLUDED,
        )
        .values_list(F("task__remote_id"))
        .annotate(n=Count("pk"))
        .order_by()
    )
    strays = target.strays.values_list("remote_task").annotate(n=Count("pk")).order_by()
    idle: Counter[int] = Counter()
    for remote_id, n in [*excluded, *strays]:
        idle[remote_id] += n
    return idle


def _settles(target: AnnotationRound, before: Collection[int]) -> list[int]:
    """Remote ids of tasks the front would go on with although nothing more is wanted."""
    states = Task.State
    done = Q(state=states.SET_ASIDE) | Q(
        pk__in=before, state__in=[states.SETTLED, states.FULL], due=0
    )
    rows = _on_front(target).filter(done).order_by("pk").values_list("remote_id", flat=True)
    return [remote_id for remote_id in rows if remote_id is not None]


def _on_front(target: AnnotationRound) -> QuerySet[Task]:
    return target.tasks.filter(purpose=Task.Purpose.VOTE, remote_id__isnull=False)
