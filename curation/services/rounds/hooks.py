"""Label Studio says that something came: a hint to pull soon, never more than that."""

from __future__ import annotations

import logging
import secrets
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from curation.label_studio.errors import Refused
from curation.label_studio.front import Front
from curation.label_studio.transport import is_loopback
from curation.models import AnnotationRound

LOG = logging.getLogger("concord.label_studio")


def set_up_webhook(target: AnnotationRound, front: Front, *, address: str | None) -> str:
    """Have the server hint at new answers; a sentence if it would not.

    Args:
        address: where the server reaches us. None: as configured; "": no webhook.

    Raises:
        FrontProblem: the server could not be reached.
    """
    assert target.remote_project is not None
    base = public_address(target, address)
    if not base:
        return ""
    if not target.webhook_secret:
        target.webhook_secret = secrets.token_urlsafe(32)
        target.save(update_fields=["webhook_secret"])
    url = base + reverse("label_studio_hook", args=[target.key])
    try:
        front.ensure_webhook(target.remote_project, url=url, secret=target.webhook_secret)
    except Refused as error:
        period = f"{settings.CONCORD_POLL_SECONDS:g} seconds"
        return f"{error} Answers are fetched every {period} all the same."
    return ""


def public_address(target: AnnotationRound, given: str | None) -> str:
    """Where the round's server reaches us; "" if nowhere.

    Programs need no hints, and a server elsewhere cannot call us on this machine's own address.
    """
    if given is not None:
        return given.rstrip("/")
    base: str = settings.CONCORD_PUBLIC_URL.rstrip("/")
    if target.simulated or (is_loopback(base) and not is_loopback(target.server_url)):
        return ""
    return base


def take_hint(key: UUID, secret: str) -> bool:
    """Note that something changed in the round; False if the secret is wrong.

    Cheap enough to answer at once: after the first hint nothing is written until the next pull.
    """
    row = (
        AnnotationRound.objects.filter(key=key)
        .values_list("pk", "webhook_secret", "hinted_at")
        .first()
    )
    known = row[1] if row else ""
    # compared also where there is none, so that the time tells nothing
    if not constant_time_compare(secret, known or secrets.token_urlsafe(32)) or not known:
        LOG.warning("a webhook call for round key %s came with a wrong secret", key)
        return False
    assert row is not None
    if row[2] is None:
        AnnotationRound.objects.filter(pk=row[0]).update(hinted_at=timezone.now())
    return True
