"""Many comparisons at once: p-values that keep the chance of any false claim where it was."""

from __future__ import annotations

from collections.abc import Sequence


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's corrected p-values, in the order given, each in [0, 1].

    Claiming what is below α keeps the chance of one false claim or more below α, however the
    comparisons depend on each other. The i-th smallest of m is multiplied by m − i + 1 and never
    falls below a smaller one's; equal p-values come out equal.

    Source: Holm 1979, A simple sequentially rejective multiple test procedure.

    Three: 3 · 0.01, 2 · 0.02 and 1 · 0.03, the last lifted to 0.04:

    >>> [round(p, 10) for p in holm([0.03, 0.01, 0.02])]
    [0.04, 0.03, 0.04]
    """
    corrected = [0.0] * len(p_values)
    highest = 0.0
    for place, at in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        highest = max(highest, min(1.0, (len(p_values) - place) * p_values[at]))
        corrected[at] = highest
    return corrected
