"""How long a plan takes to fit and to ask, on made-up votes."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from curation.adaptive import OverlapRule, StoppingPlan, fit_plan, states
from curation.agreement.counts import Counts

SIZES = (
    (2, 5, 100_000), (2, 20, 100_000), (5, 20, 100_000), (6, 25, 100_000), (2, 1_000, 1_000),
)  # labels, most, examples  # fmt: skip
ASKED = 1_000
Found = TypeVar("Found")


@dataclass(frozen=True, kw_only=True)
class Speed:
    """Seconds, of one plan."""

    labels: int
    most: int
    examples: int
    first_fit: float  # nothing known of these labels and this rule yet
    fit: float
    first_verdict: float  # of a stored plan, in a process that has not seen it
    verdict: float
    verdicts: float  # on all examples together
    stored_bytes: int


def speeds() -> list[Speed]:
    """One for each size, at γ = 0.8, first 2."""
    return [_speed(*size) for size in SIZES]


def _speed(n_labels: int, most: int, examples: int) -> Speed:
    counts = _made_up(n_labels, most, examples)
    rule = OverlapRule(gamma=0.8, first=2, most=most)
    states._count_states.cache_clear()
    first_fit, plan = _timed(lambda: fit_plan(counts, rule))
    fit, _ = _timed(lambda: fit_plan(counts, rule))
    stored = json.dumps(plan.as_json())
    states._count_states.cache_clear()
    again = StoppingPlan.from_json(json.loads(stored))
    row = counts[0].tolist()
    first_verdict, _ = _timed(lambda: again.verdict(row))
    many, _ = _timed(lambda: [again.verdict(row) for _ in range(ASKED)])
    verdicts, _ = _timed(lambda: again.verdicts(counts))
    return Speed(
        labels=n_labels,
        most=most,
        examples=examples,
        first_fit=first_fit,
        fit=fit,
        first_verdict=first_verdict,
        verdict=many / ASKED,
        verdicts=verdicts,
        stored_bytes=len(stored),
    )


def _made_up(n_labels: int, most: int, examples: int) -> Counts:
    """Votes by shares of each example's own, from none to half of the full overlap."""
    rng = np.random.default_rng(0)
    shares = rng.dirichlet(np.full(n_labels, 0.5), size=examples)
    return rng.multinomial(rng.integers(0, most // 2 + 1, size=examples), shares)


def _timed(step: Callable[[], Found]) -> tuple[float, Found]:
    started = time.perf_counter()
    found = step()
    return time.perf_counter() - started, found
