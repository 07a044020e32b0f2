"""From an address and a token to an annotation front."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from curation.label_studio.errors import BadAddress, BadToken
from curation.label_studio.front import Front

FAKE = "fake:"


def connect(url: str, token: str) -> Front:
    """A front at `url`: a Label Studio server, or after `fake:` the path of a stand-in's file.

    Nothing is sent yet; `check()` does that.

    Raises:
        BadAddress: the address cannot be one.
        BadToken: the token cannot be one.
    """
    if url.startswith(FAKE):
        from curation.label_studio.fake import FakeLabelStudio

        return FakeLabelStudio(Path(url.removeprefix(FAKE)))
    address = checked_address(url)
    key = token.strip()
    if not key or not key.isascii() or not key.isprintable() or " " in key:
        reason = "it is empty" if not key else "it has blanks or letters no token has"
        raise BadToken(url=address, doing="connect", reason=reason)
    from curation.label_studio.client import LabelStudioClient

    return LabelStudioClient(address, key)


def checked_address(url: str) -> str:
    """The address without blanks and a slash at its end.

    >>> checked_address(" http://127.0.0.1:8390/ ")
    'http://127.0.0.1:8390'

    Raises:
        BadAddress: it has no host, or another scheme than http or https.
    """
    text = url.strip().rstrip("/")
    if text.startswith(FAKE):
        return FAKE + str(Path(text.removeprefix(FAKE)).resolve())
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise BadAddress(f"{url!r} is not an address ({error}); {_example()}") from error
    if parts.scheme not in ("http", "https") or not host or any(map(str.isspace, text)):
        raise BadAddress(f"{url!r} is not the address of a Label Studio server; {_example()}")
    if parts.query or parts.fragment or parts.username:
        raise BadAddress(f"{url!r} has more than scheme, host, port and path; {_example()}")
    return text


def _example() -> str:
    return "give one like http://127.0.0.1:8390 or https://labels.example.org"
