"""Where a server is, and the key it wants."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

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
    """The key from the environment, else the kept one. A server on this machine needs none."""
    for variable in KEY_VARIABLES:
        if key := os.environ.get(variable, "").strip():
            if not (key.isascii() and key.isprintable()):
                raise BadInput(
                    f"The key in {variable} has characters that no key has; set it anew."
                )
            return key
    if kept or is_loopback(base_url):
        return kept or "none"
    raise BadInput(
        f"No key for {base_url}: set the environment variable {' or '.join(KEY_VARIABLES)}, or "
        "keep one under Secrets on the project's page."
    )


def is_loopback(base_url: str) -> bool:
    """Whether the address is on this machine."""
    return urlsplit(base_url).hostname in LOOPBACK
