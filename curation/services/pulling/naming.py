"""What the project calls the people of a front: names that cannot be turned back."""

from __future__ import annotations

import hashlib

from django.conf import settings

SIMULATED_DOMAIN = "simulated.concord.invalid"  # e-mail domain of annotators that are programs


def pseudonym(email: str) -> str:
    """What the project calls this person: a name that cannot be turned back into the e-mail.

    Simulated annotators keep theirs, since nobody stands behind it; so do those whose e-mail the
    front does not tell ("user-7").
    """
    local, _, domain = email.partition("@")
    if not domain or domain == SIMULATED_DOMAIN:
        return local
    digest = hashlib.sha256(f"{settings.SECRET_KEY}:{email.lower()}".encode()).hexdigest()
    return f"person-{digest[:10]}"


def is_simulated(email: str) -> bool:
    return email.endswith(f"@{SIMULATED_DOMAIN}")


def has_email(annotator: str) -> bool:
    """Whether the front knows who this is."""
    return "@" in annotator
