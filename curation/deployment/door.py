"""Who may come in and for how long: sign-up, sign-in elsewhere, sessions, mail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

Environment = Mapping[str, str]

SIGNUPS = ("closed", "openid", "open")
LONGEST_HOURS = 24 * 365
DAY = 24 * 3600  # seconds
NEEDED = ("SERVER", "CLIENT", "SECRET")


class BadEnvironment(Exception):
    """A variable is not what it must be: a sentence that names it."""


def signup_of(environment: Environment) -> str:
    """Who may make an account for themselves: nobody, who a named provider vouches for, anybody.

    >>> signup_of({}), signup_of({"CONCORD_SIGNUP": "open"})
    ('closed', 'open')
    """
    given = environment.get("CONCORD_SIGNUP", "").strip() or "closed"
    if given not in SIGNUPS:
        raise BadEnvironment(f"CONCORD_SIGNUP is {given!r}, but it must be {_or(SIGNUPS)}.")
    return given


def whole_number(environment: Environment, name: str, usual: int, *, most: int) -> int:
    """The number in a variable, from 0 to `most`; `usual` where nothing is set."""
    given = environment.get(name, "").strip()
    if not given:
        return usual
    if not given.isdecimal() or int(given) > most:
        raise BadEnvironment(f"{name} is {given!r}, but it must be a whole number up to {most}.")
    return int(given)


def some_of(environment: Environment, name: str, known: Iterable[str]) -> frozenset[str]:
    """The words in a variable, commas between them, each of them one of `known`.

    >>> sorted(some_of({"X": "b, a"}, "X", ("a", "b", "c")))
    ['a', 'b']
    """
    given = [word.strip() for word in environment.get(name, "").split(",") if word.strip()]
    strange = [word for word in given if word not in set(known)]
    if strange:
        raise BadEnvironment(f"{name} names {strange[0]!r}, but it knows {', '.join(known)} only.")
    return frozenset(given)


def host_names(environment: Environment, name: str, usual: tuple[str, ...]) -> list[str]:
    """The names in a variable, commas between them; `usual` where there are none.

    >>> host_names({"X": "lab.example.org, 127.0.0.1,"}, "X", ("localhost",))
    ['lab.example.org', '127.0.0.1']
    """
    given = [word.strip() for word in environment.get(name, "").split(",")]
    return list(filter(None, given)) or list(usual)


def zone_named(environment: Environment, name: str, usual: str) -> str:
    """The name of a zone of times, such as Europe/Berlin; `usual` where nothing is set."""
    given = environment.get(name, "").strip()
    try:
        return ZoneInfo(given).key if given else usual
    except (OSError, ValueError, KeyError):  # a folder, a path, no such zone
        raise BadEnvironment(
            f"{name} is {given!r}, but it must be a zone of times, such as Europe/Berlin."
        ) from None


def seconds(environment: Environment, name: str, usual: float) -> float:
    """A length of time in seconds: from 0 to a day.

    >>> seconds({"X": "0.5"}, "X", 30), seconds({}, "X", 30)
    (0.5, 30)
    """
    given = environment.get(name, "").strip()
    try:
        length = float(given) if given else usual
    except ValueError:
        length = -1.0
    if not 0 <= length <= DAY:  # "nan" is neither
        raise BadEnvironment(f"{name} is {given!r}, but it must be seconds, from 0 to {DAY:,}.")
    return length


def hours(environment: Environment, name: str, usual: float) -> int:
    """A length of time in seconds, given in hours: above 0, a year at most.

    >>> hours({"X": "0.5"}, "X", 12)
    1800
    """
    given = environment.get(name, "").strip()
    try:
        length = float(given) if given else usual
    except ValueError:
        length = 0.0
    if not 0 < length <= LONGEST_HOURS:
        raise BadEnvironment(
            f"{name} is {given!r}, but it must be hours, above 0 and at most {LONGEST_HOURS}."
        )
    return max(1, round(length * 3600))


def trusted_networks(environment: Environment) -> tuple[IPv4Network | IPv6Network, ...]:
    """Addresses of the proxies whose headers are believed.

    >>> trusted_networks({"CONCORD_TRUSTED_PROXY": "127.0.0.1, 10.0.0.0/8"})
    (IPv4Network('127.0.0.1/32'), IPv4Network('10.0.0.0/8'))
    """
    given = environment.get("CONCORD_TRUSTED_PROXY", "")
    found = []
    for part in filter(None, map(str.strip, given.split(","))):
        try:
            found.append(ip_network(part))
        except ValueError:
            raise BadEnvironment(
                f"CONCORD_TRUSTED_PROXY has {part!r}, but it must be addresses or networks with "
                "commas, such as 127.0.0.1,10.0.0.0/8."
            ) from None
    return tuple(found)


def origin_of(url: str) -> str:
    """Scheme, host and port.

    >>> origin_of("https://login.example.org/realms/lab")
    'https://login.example.org'
    """
    return "{0.scheme}://{0.netloc}".format(urlsplit(url))


@dataclass(frozen=True, kw_only=True)
class OpenIDProvider:
    """Somewhere else that people sign in and come back from."""

    id: str  # part of the address that the provider sends people back to
    name: str  # as the sign-in page says it
    server: str  # its issuer's address
    client: str
    secret: str

    def as_app(self) -> dict[str, Any]:
        """As allauth takes it."""
        return {
            "provider_id": self.id,
            "name": self.name,
            "client_id": self.client,
            "secret": self.secret,
            "settings": {"server_url": self.server, "oauth_pkce_enabled": True},
        }


def openid_providers(environment: Environment) -> list[OpenIDProvider]:
    """Those that CONCORD_OPENID names, each with its own CONCORD_OPENID_<NAME>_… variables."""
    names = filter(None, map(str.strip, environment.get("CONCORD_OPENID", "").split(",")))
    return [_provider(environment, name) for name in names]


def _provider(environment: Environment, name: str) -> OpenIDProvider:
    if not (name.isascii() and name.isalnum()):
        raise BadEnvironment(f"CONCORD_OPENID has {name!r}; use letters and digits, like uni.")
    prefix = f"CONCORD_OPENID_{name.upper()}_"
    said = {part: environment.get(prefix + part, "").strip() for part in NEEDED}
    if missing := [prefix + part for part, value in said.items() if not value]:
        raise BadEnvironment(f"CONCORD_OPENID names {name!r}, but {missing[0]} is not set.")
    if urlsplit(said["SERVER"]).scheme not in ("http", "https"):
        raise BadEnvironment(f"{prefix}SERVER is {said['SERVER']!r}, but it must be an address.")
    return OpenIDProvider(
        id=name.lower(),
        name=environment.get(prefix + "NAME", "").strip() or name,
        server=said["SERVER"],
        client=said["CLIENT"],
        secret=said["SECRET"],
    )


def _or(words: tuple[str, ...]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}"
