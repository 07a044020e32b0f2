"""Where a server is, and the key it wants."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

from curation.endpoints.policy import guard
from curation.errors import BadInput

OPENAI_URL = "https://api.openai.com/v1"
KEY_VARIABLES = ("CONCORD_LLM_KEY", "OPENAI_API_KEY")
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def checked_url(base_url: str) -> str:
    """`base_url` (OpenAI's own when empty) without a final slash, or `BadInput`.

    >>> checked_url("http://127.0.0.1:8000/v1/")
    'http://127.0.0.1:8000/v1'
    """
    url = base_url or OPENAI_URL
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise BadInput(f"{url!r} is not an address; it looks like http://127.0.0.1:8000/v1.")
    if parts.username or parts.password or parts.query:
        raise BadInput(
            "The address would be stored with the key in it; give the address alone and the key "
            f"in the environment variable {KEY_VARIABLES[0]}."
        )
    return url.rstrip("/")


def api_key(base_url: str, *, kept: str = "") -> str:
    """The key for a server: the environment's, else the kept one. This machine needs none.

    For what somebody started on a page the kept one comes first, since it is this server's own, and
    the environment's is sent to no server that the operator has not named.
    """
    named = _is_named(base_url)
    if kept and guard() is not None:
        return kept
    for variable in KEY_VARIABLES:
        if key := os.environ.get(variable, "").strip():
            if not (key.isascii() and key.isprintable()):
                raise BadInput(
                    f"The key in {variable} has characters that no key has; set it anew."
                )
            if named:
                return key
            raise BadInput(
                f"The key in {variable} is not sent to {base_url}, which nobody named for it; "
                "keep a key of that server under Secrets on the project's page."
            )
    if kept or is_loopback(base_url):
        return kept or "none"
    raise BadInput(
        f"No key for {base_url}: set the environment variable {' or '.join(KEY_VARIABLES)}, or "
        "keep one under Secrets on the project's page."
    )


def _is_named(base_url: str) -> bool:
    """Whether the environment's key may go there: where models are usually asked, to servers that
    the operator allowed, and wherever a command says."""
    endpoints = guard()
    usual = urlsplit(os.environ.get("OPENAI_BASE_URL", "").strip() or OPENAI_URL)
    asked = urlsplit(base_url)
    same = (asked.scheme, asked.netloc.lower()) == (usual.scheme, usual.netloc.lower())
    return endpoints is None or same or endpoints.names(base_url)


def is_loopback(base_url: str) -> bool:
    """Whether the address is on this machine."""
    return urlsplit(base_url).hostname in LOOPBACK
