"""Which Label Studio server we talk to, and with which token."""

from __future__ import annotations

import json
import os
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from curation.endpoints.policy import guard, guarded_by
from curation.errors import BadInput, CurationError, NothingToDo
from curation.label_studio.connect import checked_address, connect
from curation.label_studio.credentials import Credentials
from curation.label_studio.embedded import EmbeddedServer
from curation.label_studio.errors import EmbeddedServerError
from curation.label_studio.front import Front
from curation.label_studio.records import ServerInfo
from curation.models import AnnotationRound, Project, Secret
from curation.progress import Progress, silent
from curation.services.pulling import Exchanged, exchange, note_trouble
from curation.services.pulling.under_way import fetching
from curation.services.secrets import keep_secret, origin_of, secret_for

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


def own_login(url: str) -> str:
    """How somebody logs in at that address, where it is our own server; else ""."""
    credentials = own_credentials()
    return embedded_server().login if credentials and credentials.url == url else ""


def named_address(url: str | None) -> str | None:
    """The server somebody has named: by an argument, else by CONCORD_LABEL_STUDIO_URL."""
    return url or os.environ.get("CONCORD_LABEL_STUDIO_URL")


def configured_front(
    url: str | None = None, token: str | None = None, *, project: Project | None = None
) -> ConnectedFront:
    """The server named by arguments, else by CONCORD_LABEL_STUDIO_URL and _TOKEN, else our own.

    Without a token in the arguments, CONCORD_LABEL_STUDIO_TOKEN counts for the server of
    CONCORD_LABEL_STUDIO_URL, and in commands for others if none was kept for them. Servers that no
    command and no variable has named are asked only where the operator allowed them.

    Raises:
        BadInput: an address without a token, or one that may not be asked.
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
    own = credentials is not None and url == credentials.url
    if credentials and own:
        token = token or credentials.token
    token = token or _token_for(url, project)
    if not token:
        raise BadInput(
            f"Label Studio at {url} needs a token: pass --token to a command, keep it with "
            "manage.py labelstudio connect, or set CONCORD_LABEL_STUDIO_URL and "
            "CONCORD_LABEL_STUDIO_TOKEN, both of them, before you start Concord."
        )
    with guarded_by(None if own or _named_by_operator(url) else guard()):
        return ConnectedFront(url=url, front=connect(url, token))


def keep_token(url: str, token: str) -> ServerInfo:
    """Try a server's token and seal it, for commands and for workers, which have no arguments.

    Raises:
        FrontProblem: the server does not answer or does not accept it; nothing is kept.
    """
    address = checked_address(url)
    with closing(connect(address, token)) as front:
        info = front.check()
    keep_secret(Secret.Kind.LABEL_STUDIO, token, address=address, by="command")
    return info


def exchange_with(
    target: AnnotationRound,
    *,
    url: str | None = None,
    token: str | None = None,
    progress: Progress = silent,
) -> Exchanged:
    """One exchange of a round with its server; see `pulling.exchange`.

    Raises:
        BadInput: there is no token for the server.
        NothingToDo: the round was not pushed yet.
        FrontProblem: the server refused or could not be reached; asking again continues.
    """
    try:
        named = url or target.server_url
        front = configured_front(named, token, project=target.project).front
    except CurationError as error:
        note_trouble(target, str(error))
        raise
    with closing(front), fetching(target.project):
        return exchange(target, front, progress=progress)


def _token_for(url: str, project: Project | None) -> str | None:
    """The environment's token, if it is for this server; else the kept one.

    Else the environment's all the same for a command. What a page or a job asks may be an address
    that somebody has typed, and the token goes to nobody but whom the operator named.
    """
    given = os.environ.get("CONCORD_LABEL_STUDIO_TOKEN")
    named = os.environ.get("CONCORD_LABEL_STUDIO_URL")
    if given and named and checked_address(named) == url:
        return given
    _seal_what_lies_open()
    kept = secret_for(Secret.Kind.LABEL_STUDIO, url, project=project)
    return kept or (given if guard() is None else None)


def _named_by_operator(url: str) -> bool:
    """Whether a command has kept a token for this server: only commands keep those of all."""
    kept = Secret.objects.filter(project=None, kind=Secret.Kind.LABEL_STUDIO)
    return kept.filter(address=origin_of(url)).exists()


def _seal_what_lies_open() -> None:
    """Take over the file in which earlier releases kept tokens as they are."""
    path = Path(settings.CONCORD_HOME) / "label_studio_tokens.json"
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return
    except (OSError, ValueError) as error:
        raise BadInput(
            f"{path} cannot be read ({error}); delete it and keep the tokens again with "
            "manage.py labelstudio connect."
        ) from error
    for url, token in kept.items():
        keep_secret(Secret.Kind.LABEL_STUDIO, str(token), address=str(url), by="command")
    path.unlink()
