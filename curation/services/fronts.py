"""Which Label Studio server we talk to, and with which token."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from curation.errors import BadInput, NothingToDo
from curation.label_studio.connect import checked_address, connect
from curation.label_studio.embedded import Credentials, EmbeddedServer
from curation.label_studio.errors import EmbeddedServerError
from curation.label_studio.front import Front

DEFAULT_PORT = 8390


@dataclass(frozen=True, kw_only=True)
class ConnectedFront:
    """A server that can be spoken to. The token stays inside `front`."""

    url: str
    front: Front


def embedded_server() -> EmbeddedServer:
    """The server of our own, under `CONCORD_HOME/label_studio`."""
    port = os.environ.get("CONCORD_LABEL_STUDIO_PORT", str(DEFAULT_PORT))
    if not port.isdecimal() or not 0 < int(port) < 65_536:
        raise BadInput(f"CONCORD_LABEL_STUDIO_PORT is {port!r}, but a port is 1 to 65535.")
    venv = os.environ.get("CONCORD_LABEL_STUDIO_VENV")
    return EmbeddedServer(
        settings.CONCORD_HOME / "label_studio", port=int(port), venv=Path(venv) if venv else None
    )


def own_credentials() -> Credentials | None:
    """How to reach our own server; None when it was never started."""
    try:
        return embedded_server().credentials()
    except EmbeddedServerError:
        return None


def named_address(url: str | None) -> str | None:
    """The server somebody has named: by an argument, else by CONCORD_LABEL_STUDIO_URL."""
    return url or os.environ.get("CONCORD_LABEL_STUDIO_URL")


def configured_front(url: str | None = None, token: str | None = None) -> ConnectedFront:
    """The server named by arguments, else by CONCORD_LABEL_STUDIO_URL and _TOKEN, else our own.

    Raises:
        BadInput: an address without a token.
        NothingToDo: no server is named and our own has never been started.
    """
    credentials = own_credentials()
    url = named_address(url) or (credentials.url if credentials else None)
    if not url:
        raise NothingToDo(
            "There is no Label Studio server yet; start one with manage.py labelstudio start, or "
            "name yours with --label-studio-url and --token."
        )
    url = checked_address(url)  # one spelling, since rounds are found by it
    if credentials and url == credentials.url:
        token = token or credentials.token
    token = token or os.environ.get("CONCORD_LABEL_STUDIO_TOKEN")
    if not token:
        raise BadInput(
            f"Label Studio at {url} needs a token: pass --token to a command, or set "
            "CONCORD_LABEL_STUDIO_TOKEN before you start it or make serve."
        )
    return ConnectedFront(url=url, front=connect(url, token))
