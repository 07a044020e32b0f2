"""Requests that may be sent again: done once, answered as often as they come.

The work and the answer to it are written in one transaction, so a process that dies leaves both or
neither. Who works holds a lock on the key's row (on SQLite, on the database); a lock dies with its
process, so a key is free again at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import OperationalError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from curation.errors import BadInput, KeyInFlight, KeyReused
from curation.models import KeptAnswer

if TYPE_CHECKING:
    from django.contrib.auth.models import User

KEPT = timedelta(days=1)
LONGEST_KEY = 200


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a request got."""

    status: int
    headers: dict[str, str]
    body: str

    @property
    def done(self) -> bool:
        """Whether something was done; a refusal has changed nothing, so it is not kept."""
        return 200 <= self.status < 300


@dataclass(frozen=True, kw_only=True)
class Given:
    answer: Answer
    repeated: bool  # it is what was answered before


def answer_once(user: User, key: str, *, asked: str, work: Callable[[], Answer]) -> Given:
    """Do `work` unless it was done under this key before; what is refused leaves the key free.

    Args:
        key: the user's own name for this request, 1 to 200 characters.
        asked: a digest of the request; the same key with another one is refused.
        work: what changes the database, and nothing that a rollback leaves behind.

    Raises:
        BadInput: the key is empty or too long.
        KeyReused: another request came with this key within a day.
        KeyInFlight: the first one with it is not through yet.
    """
    if not 1 <= len(key) <= LONGEST_KEY or not all("!" <= letter <= "~" for letter in key):
        raise BadInput(
            f"An Idempotency-Key has 1 to {LONGEST_KEY} letters, digits and signs, without spaces."
        )
    taken = False
    try:
        old_answers().delete()
        KeptAnswer.objects.get_or_create(user=user, key=key, defaults={"asked": asked})
        with transaction.atomic():
            row = KeptAnswer.objects.select_for_update(nowait=True).get(user=user, key=key)
            taken = True
            return _given(row, asked, work)
    except (OperationalError, KeptAnswer.DoesNotExist) as error:
        if taken:
            raise
        raise KeyInFlight(key) from error


def old_answers() -> QuerySet[KeptAnswer]:
    """Answers that nobody is given again."""
    return KeptAnswer.objects.filter(created_at__lt=timezone.now() - KEPT)


def _given(row: KeptAnswer, asked: str, work: Callable[[], Answer]) -> Given:
    if row.status is not None:
        if row.asked != asked:
            raise KeyReused(row.key)
        known = Answer(status=row.status, headers=row.headers, body=row.body)
        return Given(answer=known, repeated=True)
    answer = work()
    if answer.done:
        KeptAnswer.objects.filter(pk=row.pk).update(
            asked=asked, status=answer.status, headers=answer.headers, body=answer.body
        )
    else:
        transaction.set_rollback(True)
    return Given(answer=answer, repeated=False)
