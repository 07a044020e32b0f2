"""What the server is told: limits, speed, faults."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

# Exclusive: of one request at most one of these befalls. Their shares add up to 1 at most.
REFUSING = ("error_429", "error_500", "error_503")  # before the model works: not billed
BREAKING = ("timeout", "cut", "malformed")  # the model has worked: billed, but no answer arrives
SPOILING = (  # a readable answer that is not what was asked for; billed
    "bad_content", "too_few", "too_many", "wrong_label", "duplicate_text", "refusal",
    "content_filter",
)  # fmt: skip
FAULTS = (*REFUSING, *BREAKING, *SPOILING)


@dataclass(frozen=True, kw_only=True)
class ServerConfig:
    """All settings; zero means "no limit" or "never"."""

    seed: int = 0
    log: str = ""  # a file for the bills, one JSON object a line

    rpm: float = 0  # requests a minute
    tpm: float = 0  # tokens a minute
    tpm_counts: str = "used"  # "used": prompt and answer · "asked": prompt and max_tokens
    window: str = "bucket"  # "bucket": refilled all the time · "fixed": at once, per window
    burst_seconds: float = 1.0  # how much refill a bucket holds; one request at least
    window_seconds: float = 60.0  # of "fixed"
    concurrency_limit: int = 0  # requests worked on at the same time
    concurrency_status: int = 503  # what one above that gets: 503 or 429
    headers: bool = True  # x-ratelimit-*, as OpenAI sends them
    retry_after_seconds: float = 0  # said at every limit instead of the true time
    retry_after_ms: bool = True  # retry-after-ms beside retry-after, as OpenAI sends it

    latency_s: float = 0  # seconds from a request to its answer, in the mean
    latency_spread: float = 0  # in [0, 1]: latency is uniform in mean · (1 ± spread)
    timeout_s: float = 30.0  # how long a "timeout" keeps silent before it closes
    batch_seconds: float = 0.5  # how long a batch takes

    error_429: float = 0  # each of these: a share of the requests, in [0, 1]
    error_500: float = 0
    error_503: float = 0
    timeout: float = 0  # silence, then the connection is closed
    cut: float = 0  # half of the body, then the connection is closed
    malformed: float = 0  # 200 with a body that is not JSON
    bad_content: float = 0  # the answer is broken JSON or prose
    too_few: float = 0
    too_many: float = 0
    wrong_label: float = 0  # every second text is an object that names another label
    duplicate_text: float = 0  # texts from earlier answers, and one twice
    refusal: float = 0
    content_filter: float = 0  # no text; finish_reason "content_filter"
    no_usage: float = 0  # independent of the others: the answer does not count tokens

    context_limit: int = 0  # prompt tokens
    no_schema: bool = False  # refuse response_format json_schema, as servers without it do
    unknown_models: tuple[str, ...] = ()
    required_key: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "unknown_models", tuple(self.unknown_models))
        shares = [getattr(self, name) for name in FAULTS]
        if not (all(0 <= share <= 1 for share in shares) and math.fsum(shares) <= 1 + 1e-9):
            raise ValueError(f"the shares of {', '.join(FAULTS)} must be in [0, 1] and add up to 1")
        if self.window not in ("bucket", "fixed") or self.tpm_counts not in ("used", "asked"):
            raise ValueError("window is bucket or fixed, tpm_counts is used or asked")

    def changed(self, changes: Mapping[str, Any]) -> ServerConfig:
        """This config with some settings replaced; `ValueError` for a name that is none."""
        if unknown := set(changes) - {field.name for field in fields(self)}:
            raise ValueError(f"no such settings: {', '.join(sorted(unknown))}")
        return replace(self, **changes)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)
