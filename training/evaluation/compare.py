"""Is one source better than another? Tested on the same test rows and seeds, and corrected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from training.evaluation.holm import holm
from training.evaluation.paired import FEWEST_SEEDS, paired_test
from training.evaluation.scores import Codes, score


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Macro-F1 of the first source minus that of the second."""

    mean: float  # in [-1, 1], over seeds
    low: float | None  # ends of the 95 % interval; None where nothing can be tested
    high: float | None
    p: float | None  # two-sided, in (0, 1]
    p_holm: float | None  # corrected for the other differences of the table
    seeds: int
    rows: int

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def compare(
    gold: Codes, first: Codes, second: Codes, *, n_labels: int, one_draw: bool = False
) -> Difference:
    """The difference with what chance makes of it, not yet corrected for others.

    With fewer seeds than `FEWEST_SEEDS`, or one test row, there is a mean and nothing else.

    Args:
        gold: (N,) int in [0, K), N ≥ 1.
        first, second: (S, N) int in [0, K), S ≥ 1; row s of both was fitted with the same seed.
        n_labels: K ≥ 2.
        one_draw: see `paired_test`.

    >>> gold = np.array([0, 1, 0, 1])
    >>> right, wrong = gold[None, :], 1 - gold[None, :]
    >>> difference = compare(gold, right, wrong, n_labels=2)
    >>> difference.mean, difference.p
    (1.0, None)
    """
    size = {"seeds": len(first), "rows": len(gold)}
    if len(first) < FEWEST_SEEDS or len(gold) < 2:
        means = [
            score(gold, one, n_labels=n_labels).macro_f1
            - score(gold, other, n_labels=n_labels).macro_f1
            for one, other in zip(first, second, strict=True)
        ]
        return Difference(
            mean=float(np.mean(means)), low=None, high=None, p=None, p_holm=None, **size
        )
    found = paired_test(gold, first, second, n_labels=n_labels, one_draw=one_draw)
    return Difference(
        mean=found.mean, low=found.low, high=found.high, p=found.p, p_holm=None, **size
    )


def corrected(differences: Sequence[Difference]) -> list[Difference]:
    """The same, with p-values that allow for how many are tested (Holm)."""
    p_holm = iter(holm([one.p for one in differences if one.p is not None]))
    return [one if one.p is None else replace(one, p_holm=next(p_holm)) for one in differences]
