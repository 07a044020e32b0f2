"""How far a person is in a round, and what they are told."""

from __future__ import annotations

import hashlib
import hmac
import time
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from curation.assignment import Checks
from curation.models import AnnotationRound, Participation
from curation.services.annotating import known
from curation.services.annotating.line import AGAIN, FIRST, in_line, judged
from curation.services.quality.telling import warning_for

COUNTED = 1_000  # tasks that are left are counted so far; beyond, the number helps nobody
LONG_FOR = 30.0  # seconds in which a line that was longer is not counted anew
FEW = 100  # so many that are asked again are counted without those this person has judged
_long_lines: dict[UUID, tuple[float, int]] = {}  # round → until when, behind which position


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What the page tells a person about themselves."""

    answered: int  # also of a qualification: its texts look like all others
    left: int | None  # tasks that may still come, at most; None where nobody can say
    limited: bool  # the round's limit of answers is what ends the work
    state: str  # Participation.State
    finished: bool
    waiting: bool  # nothing for them now, but something may come
    code: str  # the completion code, once they are through and have answered something
    completion_url: str
    consent: str  # what they have to agree to first; "" where they have
    sentence: str


def standing_of(participation: Participation, *, in_hand: int = 0) -> Standing:
    """Where this person stands. `in_hand`: tasks they hold, so that none is said to be missing."""
    target, states = participation.round, Participation.State
    closed = target.state == AnnotationRound.State.CLOSED
    cut_off = closed and participation.state == states.WORKING and participation.answered > 0
    finished = participation.state == states.FINISHED or cut_off  # who has worked gets a code
    paid = finished and participation.answered > 0  # who came when nothing was left did no work
    waiting = (
        participation.state == states.WORKING
        and not in_hand
        and target.state == AnnotationRound.State.OPEN
    )
    entry = _entry_of(participation)
    left = _left(participation, entry, in_hand=in_hand)
    limit = target.answers_each
    return Standing(
        answered=participation.answered + entry.answered,
        left=left,
        limited=limit is not None and left == entry.left + limit - participation.answered,
        state=participation.state,
        finished=finished,
        waiting=waiting,
        code=completion_code(participation) if paid else "",
        completion_url=target.completion_url if paid else "",
        consent=target.consent if participation.state == states.INVITED else "",
        sentence=_sentence(participation, waiting=waiting),
    )


def completion_code(participation: Participation) -> str:
    """What the person shows to be paid: the round's one code, or one of their own.

    One's own is made from the secret key, so that it can be checked and not be guessed.
    """
    if participation.round.completion_code:
        return participation.round.completion_code
    material = f"completion:{participation.key.hex}".encode()
    digest = hmac.new(settings.SECRET_KEY.encode(), material, hashlib.sha256).hexdigest()
    return f"C-{digest[:8].upper()}"


@dataclass(frozen=True, kw_only=True)
class _Entry:
    """How far a person is in the round's qualification."""

    answered: int = 0
    left: int = 0


def _entry_of(participation: Participation) -> _Entry:
    checks = Checks.from_json(participation.round.checks)
    if not checks.qualification:
        return _Entry()
    answered, size = known.qualification_progress(participation, checks)
    if participation.state != Participation.State.QUALIFYING:
        return _Entry(answered=answered)
    return _Entry(answered=answered, left=max(0, size - answered))


def _left(participation: Participation, entry: _Entry, *, in_hand: int) -> int | None:
    states, limit = Participation.State, participation.round.answers_each
    if participation.state not in {states.WORKING, states.QUALIFYING}:
        return 0
    # who qualifies is told of what follows too: else the end of it would show
    held = 0 if participation.state == states.QUALIFYING else in_hand
    ahead = held + _ahead(participation)
    if limit is not None:
        return entry.left + max(0, min(ahead, limit - participation.answered))
    return entry.left + ahead if ahead < COUNTED else None


def _ahead(participation: Participation) -> int:
    """Tasks further on in this person's line, counted up to `COUNTED`."""
    key, place = participation.round_id, participation.first_position
    until, behind = _long_lines.get(participation.round.key, (0.0, -1))
    if place <= behind and time.monotonic() < until:
        return COUNTED
    first = in_line(key, FIRST, after=place).values("position")[:COUNTED].count()
    if first == COUNTED:
        _long_lines[participation.round.key] = time.monotonic() + LONG_FOR, place
        return COUNTED
    again = in_line(key, AGAIN, after=participation.again_position)
    examples = list(again.values_list("example", flat=True)[:COUNTED])
    if len(examples) > FEW:
        return first + len(examples)
    return first + len(set(examples) - judged(participation.annotator_id, examples))


def _sentence(participation: Participation, *, waiting: bool) -> str:
    states = Participation.State
    if participation.round.state != AnnotationRound.State.OPEN:
        return f"This round is {participation.round.state}; what you have answered is kept."
    if participation.state == states.REFUSED:
        return "Thank you. Your answers to the first texts differ too much from the known ones."
    if participation.state == states.FINISHED:
        return "You are through; thank you."
    if waiting:
        return "Nothing for you at this moment; others hold what is left."
    return warning_for(participation.annotator)
