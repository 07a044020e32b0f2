"""The servers that an operator allowed, those that everybody knows, and nobody else."""

from __future__ import annotations

import socket
import time
from collections.abc import Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from curation.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator

VARIABLE = "CONCORD_ALLOWED_ENDPOINTS"
KNOWN = frozenset(
    {
        "api.openai.com", "api.mistral.ai", "api.groq.com", "api.together.xyz", "openrouter.ai",
        "api.deepseek.com", "generativelanguage.googleapis.com", "api.fireworks.ai", "api.x.ai",
        "api.deepinfra.com", "router.huggingface.co", "api.cerebras.ai", "api.anthropic.com",
        "app.humansignal.com",
    }
)  # fmt: skip
USUAL = ("OPENAI_BASE_URL", "CONCORD_LABEL_STUDIO_URL")
PORTS = {"http": 80, "https": 443}
KEPT_SECONDS = 30.0  # an address that was looked up is used that long
Address = IPv4Address | IPv6Address


class EndpointRefused(BadInput):
    """This server is not asked: nobody allowed it."""


@dataclass(frozen=True, kw_only=True)
class Endpoints:
    """Who may be asked.

    allowed: hosts, or hosts with a port, in lower case; their addresses may be private.
    loopback: whether this machine's own servers may be asked.
    """

    allowed: frozenset[str] = frozenset()
    loopback: bool = False
    _found: dict[tuple[str, int], tuple[float, list[str]]] = field(
        default_factory=dict, compare=False, repr=False
    )

    def check(self, url: str) -> None:
        """Raises `EndpointRefused` unless the server of `url` may be asked; looks nothing up."""
        scheme, host, port = _parts_of(url)
        if self._allows(host, port):
            return
        if host in KNOWN:
            if scheme != "https":
                raise EndpointRefused(f"{host} is asked over https only; write https://{host}.")
            return
        raise EndpointRefused(
            f"This installation does not ask {host or url!r}: it is none of the providers that it "
            f"knows. Whoever runs it can allow it by {VARIABLE}={host}, or ask it by a command."
        )

    def names(self, url: str) -> bool:
        """Whether the operator named the server of `url`, or it is this machine's and open."""
        _, host, port = _parts_of(url)
        return self._allows(host, port)

    def addresses(self, host: str, port: int) -> list[str]:
        """What to connect to: numbers only, so that no second look-up gives another answer.

        Raises:
            EndpointRefused: the host may not be asked, or its name leads into a private network.
            OSError: nobody knows the name.
        """
        host = host.lower()
        now = time.monotonic()
        until, kept = self._found.get((host, port), (0.0, []))
        if now < until:
            return kept
        found = list(dict.fromkeys(_looked_up(host, port)))
        for number in found:
            self._check_address(host, port, ip_address(number))
        self._found[host, port] = (now + KEPT_SECONDS, found)
        return found

    def _check_address(self, host: str, port: int, address: Address) -> None:
        if mapped := getattr(address, "ipv4_mapped", None):
            address = mapped
        if self._named(str(address), port):
            return
        if address.is_loopback:
            fine = self._named(host, port) or (self.loopback and _is_loopback(host))
        elif address.is_global and not address.is_multicast:
            fine = self._named(host, port) or host in KNOWN
        else:  # what is link-local serves the machine itself, so its number has to be named
            fine = self._named(host, port) and not address.is_link_local
        if not fine:
            raise EndpointRefused(
                f"{host} leads to {address}, which is not asked: it lies in a private network, or "
                f"nobody allowed the host. Whoever runs this installation names it in {VARIABLE}."
            )

    def _allows(self, host: str, port: int) -> bool:
        return self._named(host, port) or (self.loopback and _is_loopback(host))

    def _named(self, host: str, port: int) -> bool:
        return host in self.allowed or f"{host}:{port}" in self.allowed


def endpoints_of(environment: Mapping[str, str], *, public_url: str) -> Endpoints:
    """What the environment allows.

    Nothing set on a laptop, whose pages only itself can reach: its own servers may be asked.

    >>> endpoints_of({}, public_url="http://127.0.0.1:8321").loopback
    True
    >>> endpoints_of({}, public_url="https://concord.lab.org").loopback
    False
    """
    named = environment.get(VARIABLE, "").lower().split(",")
    # what a variable names as the usual server, the operator has named
    named += [_place_of(environment.get(variable, "")) for variable in USUAL]
    hosts = frozenset(name.strip().strip("[]") for name in named if name.strip())
    alone = VARIABLE not in environment and _is_loopback(urlsplit(public_url).hostname or "")
    return Endpoints(allowed=hosts, loopback=alone)


_guard: ContextVar[Endpoints | None] = ContextVar("endpoints", default=None)


@contextmanager
def guarded_by(endpoints: Endpoints | None) -> Iterator[None]:
    """Clients made inside the block ask only whom these allow; None: whom they like.

    Pages, the interface and jobs are guarded. Commands are the operator's, and free.
    """
    token = _guard.set(endpoints)
    try:
        yield
    finally:
        _guard.reset(token)


def guard() -> Endpoints | None:
    """What a client that is made now has to keep to."""
    return _guard.get()


def _parts_of(url: str) -> tuple[str, str, int]:
    """Scheme, host and port. Raises `EndpointRefused` where it is no address."""
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname or "", parts.port or PORTS.get(parts.scheme, 0)
    except ValueError:
        raise EndpointRefused(f"{url!r} is no address of a server.") from None


def _place_of(url: str) -> str:
    """Host and port of an address, "" for none."""
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError:
        return ""
    return f"{parts.hostname}:{port}" if parts.hostname else ""


def _is_loopback(host: str) -> bool:
    return host in ("localhost", "::1") or host.startswith("127.")


def _looked_up(host: str, port: int) -> list[str]:
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
