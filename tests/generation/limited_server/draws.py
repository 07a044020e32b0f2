"""What befalls a request: drawn from the server's seed and the request, never from the clock."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.generation.limited_server.config import FAULTS, ServerConfig

# what may differ between two sendings of the same request
VOLATILE = {"user", "metadata", "stream", "stream_options", "store", "service_tier", "timeout"}


@dataclass(frozen=True, kw_only=True)
class Fate:
    """What becomes of one attempt."""

    fault: str  # one of FAULTS; "" = none
    latency: float  # seconds
    counts_tokens: bool
    dice: random.Random  # for what else the fault needs


def request_hash(request: Mapping[str, Any]) -> str:
    """SHA-256 of what was asked, the same each time it is asked."""
    kept = {name: value for name, value in request.items() if name not in VOLATILE}
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()


def seeded(*parts: object) -> random.Random:
    """A die for these parts, the same in every process."""
    digest = hashlib.blake2b("/".join(map(str, parts)).encode(), digest_size=16).digest()
    return random.Random(int.from_bytes(digest, "big"))


def fate(config: ServerConfig, request: Mapping[str, Any], hashed: str, *, attempt: int) -> Fate:
    """What becomes of attempt `attempt` (from 1) at a request.

    Depends on the request's seed where it has one, else on all of it.
    """
    asked = request.get("seed")
    dice = seeded("fate", config.seed, hashed if asked is None else asked, attempt)
    place, spread, usage = dice.random(), dice.uniform(-1, 1), dice.random()
    return Fate(
        fault=_fault_at(config, place),
        latency=config.latency_s * (1 + config.latency_spread * spread),
        counts_tokens=usage >= config.no_usage,
        dice=dice,
    )


def _fault_at(config: ServerConfig, place: float) -> str:
    """The fault whose stretch of [0, 1) holds `place`."""
    for name in FAULTS:
        place -= getattr(config, name)
        if place < 0:
            return name
    return ""
