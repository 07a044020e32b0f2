"""How people come into a study: with an account, or by a signed link and nothing else."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.utils import timezone

from curation.errors import AnnotationRefused, BadInput
from curation.models import ObjectivityStudy

SALT = "concord.compare.link"
LONGEST_LINK_DAYS = 3_650
LONGEST_WORKER = 200  # characters of an external worker id


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What a link says."""

    study: ObjectivityStudy
    worker: str  # the external id it was made for; "" if it lets anybody in


def study_link(study: ObjectivityStudy, *, days: int = 30, worker: str = "") -> str:
    """A signed token that lets somebody in for `days`; one person only if `worker` is given.

    Raises:
        BadInput: a number of days that no link lives.
    """
    if not 1 <= days <= LONGEST_LINK_DAYS:
        raise BadInput(f"A link cannot live {days} days; give 1 to {LONGEST_LINK_DAYS}.")
    until = int((timezone.now() + timedelta(days=days)).timestamp())
    return signing.dumps([study.key.hex, until, worker], salt=SALT, compress=True)


def read_link(token: str) -> Entry:
    """What a link says, if it is ours and still good.

    Raises:
        AnnotationRefused: it was changed or forged (403), or it is over (410).
    """
    try:
        key, until, worker = signing.loads(token, salt=SALT)
        study = ObjectivityStudy.objects.get(key=uuid.UUID(key))
    except (signing.BadSignature, ValueError, TypeError, ObjectivityStudy.DoesNotExist):
        raise AnnotationRefused(
            "This link is not whole; open it again from where you were given it.", status=403
        ) from None
    if timezone.now().timestamp() > until:
        raise AnnotationRefused(
            "This link is over; ask the people who sent it for a new one.", status=410
        )
    return Entry(study=study, worker=worker)


def visitor_name(study: ObjectivityStudy, worker_id: str = "") -> str:
    """What the study calls somebody who came by a link.

    With an external id the name is made from it and cannot be turned back; without one it is
    new, and the browser keeps it.

    Raises:
        AnnotationRefused: the id is longer than any platform gives, or cannot be printed (400).
    """
    worker_id = worker_id.strip()
    if not worker_id:
        return f"visitor-{uuid.uuid4().hex[:10]}"
    if len(worker_id) > LONGEST_WORKER or not worker_id.isprintable():
        raise AnnotationRefused(
            "The link does not say who you are; open it from the platform that sent you.",
            status=400,
        )
    material = f"{settings.SECRET_KEY}:compare:{study.key.hex}:{worker_id}"
    return f"worker-{hashlib.sha256(material.encode()).hexdigest()[:10]}"
