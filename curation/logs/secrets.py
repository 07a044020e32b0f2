"""Keeping what nobody may read out of the log, whoever wrote the line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from curation.sealing.redacting import redacted

HIDDEN = "[hidden]"
LONGEST = 4_000  # characters of one message
_SECRET_NAME = re.compile(r"(KEY|TOKEN|SECRET|PASSWORD)$|^DATABASE_URL$")
_SHORTEST = 6  # characters; a shorter value would hide ordinary words
_PATTERNS = [
    (re.compile(r"(?i)\b(bearer|token|basic)\s+[A-Za-z0-9._~+/=-]{8,}"), rf"\1 {HIDDEN}"),
    (re.compile(r"(?i)\b(\w*(?:token|secret|password|api_?key))([=:]\s*)[^\s&,;\"']+"),
     rf"\1\2{HIDDEN}"),
    (re.compile(r"\bsk-[A-Za-z0-9_-]{8,}"), HIDDEN),
    (re.compile(r"(://[^\s/:@]*):[^\s@]+@"), rf"\1:{HIDDEN}@"),
    # PostgreSQL shows the row that it refused, texts and all
    (re.compile(r"(?m)^(DETAIL|CONTEXT):.*(\n(?![A-Z]+:).*)*"), rf"\1: {HIDDEN}"),
]  # fmt: skip


def secrets_of(environment: Mapping[str, str], *, also: Iterable[str] = ()) -> tuple[str, ...]:
    """Values of variables whose names say that they are secret, longest first.

    >>> secrets_of({"CONCORD_LLM_KEY": "hush-hush", "HOME": "/home/ann"})
    ('hush-hush',)
    """
    named = [value for name, value in environment.items() if _SECRET_NAME.search(name)]
    found = {value for value in [*named, *also] if len(value) >= _SHORTEST}
    return tuple(sorted(found, key=lambda value: (-len(value), value)))


def cleaned(text: str, secrets: Iterable[str] = ()) -> str:
    """A text without secrets and not too long.

    >>> cleaned("GET https://ann:pw@host/?token=abc refused hush-hush", ["hush-hush"])
    'GET https://ann:[hidden]@host/?token=[hidden] refused [hidden]'
    """
    text = redacted(text)
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
