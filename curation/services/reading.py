"""How somebody reads pages: under which name, in which time zone."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import transaction

from curation.models import Reader


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
    user.first_name, user.last_name, user.email = name, "", email
    user.save(update_fields=["first_name", "last_name", "email"])
    Reader.objects.update_or_create(user_id=user.pk, defaults={"time_zone": time_zone})
