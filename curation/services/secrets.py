"""Keys to other servers: sealed when they come in, opened only to be sent to their server."""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import urlsplit

from allauth.mfa.models import Authenticator
from django.db import transaction

from curation.endpoints.policy import PORTS
from curation.errors import BadInput, NothingToDo
from curation.label_studio.connect import FAKE
from curation.models import Project, Secret
from curation.sealing.redacting import remember
from curation.sealing.seal import CannotOpen
from curation.services.auditing import record
from curation.services.sealing import sealer

LONGEST = 4_000  # characters
SHOWS_ITS_END = 20  # a value of at least that many characters is told by its last four
ENDING = 4
SEEDS = {"secret", "seed"}  # what of a second factor is sealed


@dataclass(frozen=True, kw_only=True)
class Renewed:
    """What sealing everything anew came to."""

    renewed: int
    lost: list[str]  # those that no known key opens; they have to be set again


def origin_of(address: str) -> str:
    """The server of an address: scheme, host and port, in one spelling; a stand-in's as it is.

    >>> origin_of("https://API.openai.com:443/v1")
    'https://api.openai.com'

    Raises:
        BadInput: it is no address of a server.
    """
    if address.startswith(FAKE):
        return address
    try:
        parts = urlsplit(address.strip())
        scheme, host, port = parts.scheme, parts.hostname, parts.port
    except ValueError:
        scheme, host, port = "", None, None
    if scheme not in PORTS or not host:
        raise BadInput(f"{address!r} is no address; write it like https://api.openai.com/v1.")
    name = f"[{host}]" if ":" in host else host
    return f"{scheme}://{name}" + ("" if port in (None, PORTS[scheme]) else f":{port}")


@transaction.atomic
def keep_secret(
    kind: str, value: str, *, address: str, project: Project | None = None, by: str
) -> Secret:
    """Seal a key for one server; the one kept for it before is gone.

    Args:
        kind: of `Secret.Kind`.
        value: the key; nobody sees it again.
        address: of the server; the key is never sent to another.
        project: whose jobs use it; None for those of all projects that have none of their own.
        by: user name, or "command".

    Raises:
        BadInput: it is no key or no address; nothing is kept.
    """
    if kind not in Secret.Kind.values:
        raise BadInput(f"There is no kind {kind!r}; choose {' or '.join(Secret.Kind.values)}.")
    value = checked_key(value)
    place = origin_of(address)
    secret, new = Secret.objects.update_or_create(
        project=project,
        kind=kind,
        address=place,
        defaults={
            "sealed": sealer().seal(value, about=_about(kind, place, project)),
            "ending": value[-ENDING:] if len(value) >= SHOWS_ITS_END else "",
            "set_by": by,
        },
    )
    record("secret.set" if new else "secret.replaced", project=project, thing=str(secret))
    return secret


def checked_key(value: str) -> str:
    """A key as somebody gave it, without blanks around it; from now on no log shows it.

    Raises:
        BadInput: it cannot be one.
    """
    value = value.strip()
    if not value or len(value) > LONGEST or not (value.isascii() and value.isprintable()):
        raise BadInput("This is no key: it is empty, too long, or has characters no key has.")
    remember(value)
    return value


@transaction.atomic
def forget_secret(kind: str, *, address: str, project: Project | None = None) -> None:
    """Raises `NothingToDo` where no such key is kept."""
    found = Secret.objects.filter(project=project, kind=kind, address=origin_of(address))
    if not found.delete()[0]:
        raise NothingToDo(f"No {kind} is kept for {origin_of(address)}.")
    record("secret.deleted", project=project, thing=f"{kind} for {origin_of(address)}")


def secret_for(kind: str, address: str, *, project: Project | None) -> str:
    """The key for this server: the project's own, else the installation's, else "".

    Raises:
        BadInput: there is one, but no known key opens it.
    """
    fitting = Secret.objects.select_related("project").filter(kind=kind, address=origin_of(address))
    found = fitting.filter(project=project).first() if project else None
    found = found or fitting.filter(project=None).first()
    if found is None:
        return ""
    try:
        value = sealer().open(found.sealed, about=_about(kind, found.address, found.project))
    except CannotOpen:
        raise BadInput(
            f"The {kind} kept for {found.address} cannot be opened, since the installation's "
            "secret key is another or the row was changed; give the earlier key in "
            f"CONCORD_SECRET_KEYS_OLD, or set the {kind} again."
        ) from None
    remember(value)
    return value


def _about(kind: str, place: str, project: Project | None) -> str:
    """What a key is sealed for: moved to another row, it is not opened and sent elsewhere."""
    return json.dumps([kind, place, project.slug if project else None])


@transaction.atomic
def renew_secrets() -> Renewed:
    """Seal everything under the present secret key, so that earlier ones can be given up."""
    renewed, lost = 0, []
    for secret in Secret.objects.select_for_update(of=("self",)).select_related("project"):
        try:
            about = _about(secret.kind, secret.address, secret.project)
            secret.sealed = sealer().renew(secret.sealed, about=about)
        except CannotOpen:
            lost.append(str(secret))
            continue
        secret.save(update_fields=["sealed"])
        renewed += 1
    lost += _renew_factors()
    record("secrets.rotated", after={"renewed": renewed, "lost": len(lost)})
    return Renewed(renewed=renewed, lost=lost)


def _renew_factors() -> list[str]:
    """The same for the seeds of second factors, which allauth keeps; who loses theirs."""
    lost = []
    for factor in Authenticator.objects.select_for_update().select_related("user"):
        try:
            for name in SEEDS & factor.data.keys():
                factor.data[name] = sealer().renew(factor.data[name])
        except CannotOpen:
            lost.append(f"second factor of {factor.user.get_username()}")
            continue
        factor.save(update_fields=["data"])
    return lost
