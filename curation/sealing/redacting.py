"""Keeps secret values out of logs and stored tracebacks, wherever they come from."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from urllib.parse import urlsplit

MASK = "[hidden]"
SHORTEST = 8  # characters; a shorter value would mask ordinary words
VARIABLES = (
    "CONCORD_LLM_KEY",
    "OPENAI_API_KEY",
    "CONCORD_LABEL_STUDIO_TOKEN",
    "CONCORD_SECRET_KEY",
    "CONCORD_MAIL_PASSWORD",
)

_known: set[str] = set()


def remember(value: str) -> None:
    """From now on this process never logs `value`."""
    if len(value) >= SHORTEST:
        _known.add(value)


def remember_environment(environment: Mapping[str, str]) -> None:
    """The secrets that were given by variables."""
    for name, value in environment.items():
        openid = name.startswith("CONCORD_OPENID_") and name.endswith("_SECRET")
        if name in VARIABLES or openid:
            remember(value)
    for old in environment.get("CONCORD_SECRET_KEYS_OLD", "").split():
        remember(old)
    remember(_password_in(environment.get("DATABASE_URL", "")))


def _password_in(url: str) -> str:
    try:
        return urlsplit(url).password or ""
    except ValueError:
        return ""


def redacted(text: str) -> str:
    """`text` without any value that is known to be secret.

    >>> remember("sk-0123456789")
    >>> redacted("Authorization: Bearer sk-0123456789")
    'Authorization: Bearer [hidden]'
    """
    for value in _known:
        if value in text:
            text = text.replace(value, MASK)
    return text


class RedactSecrets(logging.Filter):
    """Masks known secrets in a record's message and traceback; lets every record through."""

    def __init__(self, name: str = "") -> None:
        super().__init__(name)
        remember_environment(os.environ)
        self._formatter = logging.Formatter()

    def filter(self, record: logging.LogRecord) -> bool:
        if not _known:
            return True
        message = record.getMessage()
        clean = redacted(message)
        if clean != message:
            record.msg, record.args = clean, None
        if record.exc_info and not record.exc_text:
            record.exc_text = self._formatter.formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = redacted(record.exc_text)
        return True
