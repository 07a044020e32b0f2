"""How somebody reads pages: under which name, in which time zone."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.models import AbstractUser
from django.db import transaction

from curation.models import Reader
from curation.services.auditing import record


def zone_of(user: Any) -> str:
    """The zone that somebody chose; "" where they chose none."""
    found = Reader.objects.filter(user_id=user.pk).values_list("time_zone", flat=True).first()
    return found or ""


@transaction.atomic
def change_reader(user: AbstractUser, *, name: str, email: str, time_zone: str) -> None:
    """Write down how somebody is called, where mail reaches them and which times they read.

    Args:
        time_zone: one that this machine knows; "" for the browser's.
    """
    moved = email != user.email
    user.first_name, user.last_name, user.email = name, "", email
    user.save(update_fields=["first_name", "last_name", "email"])
    if moved:  # whoever reads the old mailbox gets no new password any more
        EmailAddress.objects.filter(user_id=user.pk).exclude(email__iexact=email).delete()
        record("account.email_changed", who=user.get_username())
    Reader.objects.update_or_create(user_id=user.pk, defaults={"time_zone": time_zone})
