"""One request of a person at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from curation.bulk import update_rows
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

    The annotator is locked with it: what is read of their standing is so after the wait, too.

    Args:
        participation: learns at once how round and annotator stand, and in the end what was
            stored. Nothing but its key need be known of it.
    """
    rows = Participation.objects.select_related("round", "annotator")
    with transaction.atomic():
        locking = rows.select_for_update(of=("self", "annotator"), no_key=True)
        mine = locking.get(pk=participation.pk)
        participation.round, participation.annotator = mine.round, mine.annotator
        before = _changing(mine)
        yield mine
        now = timezone.now()
        if _changing(mine) != before or mine.seen_at is None or now - mine.seen_at > SEEN_WITHIN:
            mine.seen_at = now
            update_rows(Participation, [*CHANGING, "seen_at"], [mine])
    for field in CHANGING:
        setattr(participation, field, getattr(mine, field))


def _changing(mine: Participation) -> list[object]:
    return [getattr(mine, field) for field in CHANGING]
