"""What an adaptive round has saved so far."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Count, Q, Sum

from curation.models import AnnotationRound, Task


@dataclass(frozen=True, kw_only=True)
class Saved:
    """Votes there are against those a fixed overlap would have asked for on the same tasks."""

    tasks: int
    done: int  # tasks that will get no more votes
    set_aside: int  # of them, because they were skipped too often
    votes: int
    votes_done: int  # on tasks that are done
    overlap: int

    @property
    def saved(self) -> int:
        """Votes not asked for on the tasks that are done."""
        return max(0, (self.done - self.set_aside) * self.overlap - self.votes_done)

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "saved": self.saved}

    def sentence(self) -> str:
        """In words.

        >>> Saved(tasks=4, done=2, set_aside=0, votes=6, votes_done=4, overlap=5).sentence()
        '2 of 4 texts have votes enough: 4 votes where a fixed overlap of 5 takes 10, 6 saved.'
        """
        judged = self.done - self.set_aside
        fixed = judged * self.overlap
        start = f"{judged} of {self.tasks} texts have votes enough"
        if not self.saved:
            return f"{start}, {self.votes} votes in all."
        return (
            f"{start}: {self.votes_done} votes where a fixed overlap of {self.overlap} "
            f"takes {fixed}, {self.saved} saved."
        )


def votes_saved(target: AnnotationRound) -> Saved:
    """Counted from the tasks' own books."""
    states = Task.State
    is_done = ~Q(state=states.OPEN)
    row = target.tasks.filter(purpose=Task.Purpose.VOTE).aggregate(
        tasks=Count("pk"),
        done=Count("pk", filter=is_done),
        set_aside=Count("pk", filter=Q(state=states.SET_ASIDE)),
        all_votes=Sum("votes"),
        votes_done=Sum("votes", filter=Q(state__in=[states.FULL, states.SETTLED])),
    )
    return Saved(
        tasks=row["tasks"],
        done=row["done"],
        set_aside=row["set_aside"],
        votes=row["all_votes"] or 0,
        votes_done=row["votes_done"] or 0,
        overlap=target.overlap,
    )
