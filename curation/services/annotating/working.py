"""One request of a person at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from curation.models import Participation

# what a request may change on a participation
CHANGING = (
    "state", "served", "answered", "first_position", "again_position", "look_again_at", "allowance",
    "allowed_at",
)  # fmt: skip
SEEN_WITHIN = timedelta(seconds=30)


@contextmanager
def at_work(participation: Participation) -> Iterator[Participation]:
    """This person's row in a transaction, locked; what the block changes on it is stored.

    The annotator is locked with it: what is read of their standing is so after the wait, too. Of
    the round, state and plan are read anew; how it is held never changes once it is open.

    Args:
        participation: learns in the end what was stored, and at once how the round and the
            annotator stand.
    """
    rows = Participation.objects.select_related("annotator").annotate(
        round_state=F("round__state"), round_planned_at=F("round__planned_at")
    )
    with transaction.atomic():
        locking = rows.select_for_update(of=("self", "annotator"), no_key=True)
        mine = locking.get(pk=participation.pk)
        mine.round = participation.round
        mine.round.state, mine.round.planned_at = mine.round_state, mine.round_planned_at
        participation.annotator = mine.annotator
        before = _changing(mine)
        yield mine
        now = timezone.now()
        if _changing(mine) != before or mine.seen_at is None or now - mine.seen_at > SEEN_WITHIN:
            mine.seen_at = now
            mine.save(update_fields=[*CHANGING, "seen_at"])
    for field in CHANGING:
        setattr(participation, field, getattr(mine, field))


def _changing(mine: Participation) -> list[object]:
    return [getattr(mine, field) for field in CHANGING]
