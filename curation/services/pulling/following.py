"""After a pull: who else is asked, and who no longer is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.cache import cache
from django.db import transaction
from django.db.models import Count, F, Q, QuerySet

from curation.bulk import chunked, update_rows
from curation.label_studio.front import Front
from curation.models import Annotation, AnnotationRound, Annotator, Task
from curation.progress import Progress, silent
from curation.services.annotating.settling import needs_plan, settle_round
from curation.services.pulling.counting import first_wish

TOGETHER = 100  # tasks asked of one more person between two words about it
READ = ("remote_id", "state", "votes", "due", "told")
BELIEVED = 300  # seconds for which the front is taken to be as it was found


@dataclass(frozen=True, kw_only=True)
class FollowedUp:
    asked: int  # tasks that the front was now told to show to one person more
    settled: int  # tasks that it was told to show to nobody else


def follow_up(target: AnnotationRound, front: Front, *, progress: Progress = silent) -> FollowedUp:
    """Bring the front to what the tasks' books say. May be killed and repeated at any point.

    A task goes to one more person when it wants a vote but has as many answers as the front was
    told to gather: because its decision is open, or because an answer does not count. What the
    front was told is noted with the task, so that it is taken back when it is wanted no more.

    Raises:
        FrontProblem: the server refused or could not be reached; asking again continues.
    """
    assert target.remote_project is not None
    if needs_plan(target):
        settle_round(target)
    idle = _idle_answers(target)
    asks, settles = _asks(target, idle), _settles(target, idle)
    wanted = {wish.remote_id: wish.answers for wish in asks}, [wish.remote_id for wish in settles]
    believed = f"overlaps-{target.key.hex}"
    if cache.get(believed) == wanted:
        return FollowedUp(asked=0, settled=0)
    asked = 0
    for number, chunk in enumerate(chunked(asks, TOGETHER)):
        progress(number * TOGETHER, len(asks), "asking for more votes")
        asked += _ask(target.remote_project, front, [wish for wish in chunk if not wish.fewer])
        _ask(target.remote_project, front, [wish for wish in chunk if wish.fewer])
    settled = front.settle(target.remote_project, wanted[1])
    _note(settles)
    cache.set(believed, wanted, BELIEVED)
    return FollowedUp(asked=asked, settled=settled)


@dataclass(frozen=True, kw_only=True)
class _Wish:
    """How many answers the front shall gather to one task."""

    task: int  # key
    remote_id: int
    answers: int
    told: int | None  # what it was told before; None: nothing of this task

    @property
    def fewer(self) -> bool:
        """Than it was told before: a place is taken back, and nobody is asked for more."""
        return self.told is not None and self.answers < self.told


def _ask(remote_project: int, front: Front, wishes: Sequence[_Wish]) -> int:
    """Tell the front, and note that it was told; how many tasks it had to change."""
    _note([wish for wish in wishes if not wish.fewer])  # before: the call may be cut off
    changed = front.ask_again(remote_project, {wish.remote_id: wish.answers for wish in wishes})
    _note(wishes)
    return changed


def _asks(target: AnnotationRound, idle: Counter[int | None]) -> list[_Wish]:
    """Tasks of which the front shall gather more answers than of every task, or was told to.

    The front counts answers that do not count here: strays, and those of excluded annotators.
    """
    first = first_wish(target)
    wanting = _on_front(target).filter(due__gt=0)
    rows = wanting.filter(Q(votes__gte=first) | Q(remote_id__in=list(idle)) | Q(told__gte=0))
    return [
        _wish(task, task.votes + idle[task.remote_id] + task.due)
        for task in rows.only(*READ)
        if task.told is not None or task.votes + idle[task.remote_id] >= first
    ]


def _idle_answers(target: AnnotationRound) -> Counter[int | None]:
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
    idle: Counter[int | None] = Counter()
    for remote_id, n in [*excluded, *strays]:
        idle[remote_id] += n
    return idle


def _settles(target: AnnotationRound, idle: Counter[int | None]) -> list[_Wish]:
    """Tasks the front would go on with although nothing more is wanted."""
    states = Task.State
    told = Q(told__gt=F("votes"), state__in=[states.SETTLED, states.FULL])
    rows = _on_front(target).filter(told | Q(state=states.SET_ASIDE))
    wishes = [
        (task.state, _wish(task, task.votes + idle[task.remote_id])) for task in rows.only(*READ)
    ]
    return [wish for state, wish in wishes if state == states.SET_ASIDE or wish.fewer]


def _wish(task: Task, answers: int) -> _Wish:
    assert task.remote_id is not None
    return _Wish(task=task.pk, remote_id=task.remote_id, answers=answers, told=task.told)


@transaction.atomic
def _note(wishes: Sequence[_Wish]) -> None:
    """Write down what the front is told about these tasks."""
    changed = [wish for wish in wishes if wish.answers != wish.told]
    update_rows(Task, ["told"], (Task(pk=wish.task, told=wish.answers) for wish in changed))


def _on_front(target: AnnotationRound) -> QuerySet[Task]:
    tasks = target.tasks.filter(purpose=Task.Purpose.VOTE, remote_id__isnull=False)
    return tasks.order_by("pk")
