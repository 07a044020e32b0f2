"""What `manage.py check --deploy` says about an installation beside Django's own checks."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register


@register(Tags.security, deploy=True)
def check_proxy(**_: Any) -> list[CheckMessage]:
    """An address with https needs to know which proxy ends it."""
    if not settings.CONCORD_PUBLIC_URL.startswith("https://") or settings.CONCORD_TRUSTED_PROXY:
        return []
    return [
        Warning(
            "CONCORD_PUBLIC_URL is https, but no proxy is named that ends it, so requests over "
            "http are not sent to https and everybody seems to come from the proxy's address.",
            hint="Set CONCORD_TRUSTED_PROXY to the proxy's address, such as 127.0.0.1.",
            id="concord.W001",
        )
    ]


@register(Tags.security, deploy=True)
def check_key(**_: Any) -> list[CheckMessage]:
    """Several hosts with a key each would not read one another's sessions and secrets."""
    if settings.SECRET_KEY.lower().startswith("replace"):
        return [
            Warning(
                "CONCORD_SECRET_KEY is still the text of the example, which everybody can read.",
                hint="Set it to a long random text that nobody else has.",
                id="concord.W003",
            )
        ]
    database = settings.DATABASES["default"]["ENGINE"]
    if database.endswith("sqlite3") or settings.CONCORD_KEY_GIVEN:
        return []
    return [
        Warning(
            "The database may serve several hosts, but each makes a secret key of its own.",
            hint="Set CONCORD_SECRET_KEY to the same long random text on all of them.",
            id="concord.W002",
        )
    ]
