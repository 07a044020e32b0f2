"""How a person comes into a round: by name, or by a signed link."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.utils import timezone

from curation.assignment import Checks
from curation.errors import AnnotationRefused, BadInput
from curation.models import AnnotationRound, Annotator, Participation

SALT = "concord.annotate.link"
LONGEST_WORKER = 200  # characters of an external worker id
LONGEST_LINK_DAYS = 3_650


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What a link says."""

    round: AnnotationRound
    worker: str  # pseudonym of whom it was made for; "" if the address must tell who comes
    personal: bool  # made for one person


def entry_link(target: AnnotationRound, *, days: int = 30, worker: str = "") -> str:
    """A signed token that lets somebody in for `days`.

    Args:
        worker: the external id of the one person it is for. The link holds their pseudonym only,
            since addresses are seen by others on their way.

    Raises:
        BadInput: a number of days that no link lives.
        AnnotationRefused: `worker` is no id.
    """
    if not 1 <= days <= LONGEST_LINK_DAYS:
        raise BadInput(f"A link cannot live {days} days; give 1 to {LONGEST_LINK_DAYS}.")
    until = int((timezone.now() + timedelta(days=days)).timestamp())
    name = worker_name(target, worker) if worker else ""
    content = [target.key.hex, target.link_number, until, name]
    return signing.dumps(content, salt=SALT, compress=True)


def read_link(token: str) -> Entry:
    """What a link says, if it is ours and still good.

    Raises:
        AnnotationRefused: it was changed or forged (403), it is over or was withdrawn (410).
    """
    try:
        key, number, until, worker = signing.loads(token, salt=SALT)
        target = AnnotationRound.objects.select_related("project").get(key=uuid.UUID(key))
    except (signing.BadSignature, ValueError, TypeError, AnnotationRound.DoesNotExist):
        raise AnnotationRefused(
            "This link is not whole; open it again from where you were given it.", status=403
        ) from None
    if timezone.now().timestamp() > until:
        raise AnnotationRefused(
            "This link is over; ask the people who sent it for a new one.", status=410
        )
    if number != target.link_number:
        raise AnnotationRefused(
            "This link was withdrawn; ask the people who sent it for a new one.", status=410
        )
    return Entry(round=target, worker=worker, personal=bool(worker))


def worker_name(target: AnnotationRound, worker_id: str) -> str:
    """What the project calls somebody from outside: it cannot be turned back into their id.

    Raises:
        AnnotationRefused: there is no id, one longer than any platform gives, or a placeholder
            that the platform did not fill in, which would make all its people one.
    """
    worker_id = worker_id.strip()
    readable = worker_id.isprintable() and not {"{{", "}}", "${"} & _pairs(worker_id)
    if not worker_id or len(worker_id) > LONGEST_WORKER or not readable:
        what = f" ({target.worker_parameter})" if target.worker_parameter else ""
        raise AnnotationRefused(
            f"The link does not say who you are{what}; open it from the platform that sent you.",
            status=400,
        )
    material = f"{settings.SECRET_KEY}:worker:{target.project_id}:{worker_id}"
    return f"worker-{hashlib.sha256(material.encode()).hexdigest()[:10]}"


def _pairs(text: str) -> set[str]:
    return {first + second for first, second in pairwise(text)}


def member_name(username: str) -> str:
    """What a project calls somebody who has an account here."""
    digest = hashlib.sha256(f"{settings.SECRET_KEY}:member:{username}".encode()).hexdigest()
    return f"member-{digest[:10]}"


@transaction.atomic
def join(target: AnnotationRound, name: str, *, simulated: bool = False) -> Participation:
    """The part of this annotator in this round, begun now or earlier.

    Args:
        name: already a pseudonym: `worker_name`, `member_name`, or a program's name.

    Raises:
        AnnotationRefused: the round takes nobody in (409), this person was not invited (403) or
            is paused (403), or a program wants to answer for people or the reverse (403).
    """
    if target.simulated != simulated:
        raise AnnotationRefused(
            "This round is for a simulated crowd."
            if target.simulated
            else "This round is for people; a program may not answer it.",
            status=403,
        )
    known = Participation.objects.filter(round=target, annotator__name=name)
    if (mine := known.select_related("annotator", "round").first()) is not None:
        return mine
    if target.state != AnnotationRound.State.OPEN:
        raise AnnotationRefused("This round is not open now; thank you for coming.", status=409)
    if target.invited_only:
        raise AnnotationRefused(
            "This round is for people who were invited; ask for an invitation.", status=403
        )
    annotator, _ = Annotator.objects.get_or_create(
        project=target.project, name=name, defaults={"simulated": simulated}
    )
    if annotator.standing in {Annotator.Standing.PAUSED, Annotator.Standing.EXCLUDED}:
        raise AnnotationRefused(
            "Your part in this project is paused; ask the people who run it.", status=403
        )
    mine, _ = Participation.objects.get_or_create(
        round=target, annotator=annotator, defaults={"state": _first_state(target)}
    )
    return mine


def invite(target: AnnotationRound, name: str) -> Participation:
    """Let this person in, also where only invited ones are."""
    annotator, _ = Annotator.objects.get_or_create(project=target.project, name=name)
    mine, _ = Participation.objects.get_or_create(
        round=target, annotator=annotator, defaults={"state": _first_state(target)}
    )
    return mine


def agree(participation: Participation) -> None:
    """Write down that this person agreed to what the round asks consent for."""
    waiting = Participation.objects.filter(pk=participation.pk, state=Participation.State.INVITED)
    state = _state_after_consent(participation.round)
    waiting.update(state=state, agreed_at=timezone.now())
    participation.refresh_from_db(fields=["state", "agreed_at"])


def _first_state(target: AnnotationRound) -> str:
    return Participation.State.INVITED if target.consent else _state_after_consent(target)


def _state_after_consent(target: AnnotationRound) -> str:
    if Checks.from_json(target.checks).qualification:
        return Participation.State.QUALIFYING
    return Participation.State.WORKING
