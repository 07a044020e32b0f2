"""The rules, and what each is for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Rule:
    """At most `times` requests of one asker in `seconds`."""

    name: str
    times: int
    seconds: int
    what: str  # is being done too often, as a sentence says it


# a seminar of 60 joins from one address within a minute
JOIN = Rule(name="join", times=120, seconds=60, what="people join from this address")
# a hundred people behind one address, each with a text a second; the next texts are asked for too
ROOM = Rule(name="room", times=6_000, seconds=60, what="answers come from this address")
API = Rule(name="api", times=6_000, seconds=60, what="requests of this account or token come in")
STRANGER = Rule(name="stranger", times=120, seconds=60, what="requests come without an account")
HOOK = Rule(name="hook", times=1_200, seconds=60, what="calls come from this server")
