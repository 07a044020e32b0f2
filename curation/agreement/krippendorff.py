"""Agreement of a whole project, corrected for chance."""

from __future__ import annotations

import numpy as np

from curation.agreement.counts import Counts
from curation.agreement.formulas import ORDINAL_ALPHA, evaluated


def nominal_alpha(counts: Counts) -> float:
    """Krippendorff's α for nominal labels: 1 full agreement, 0 chance, below 0 worse than chance.

    Only tasks with two votes or more can agree or disagree; the others are left out.

    Args:
        counts: (T, K) int, votes per task and label.

    Returns:
        α, at most 1. NaN when no task has two votes, or when every vote names the same label
        (chance agreement is then certain and α is undefined; some packages answer 1).

    Source: Krippendorff 2011, Computing Krippendorff's Alpha-Reliability, section C.

    Two tasks of two votes, one agreed and one split; three votes a, one b:

    >>> round(nominal_alpha(np.array([[2, 0], [1, 1]])), 6)
    0.0
    >>> nominal_alpha(np.array([[2, 0], [0, 2]]))
    1.0
    """
    pairable = counts[counts.sum(axis=1) >= 2]
    votes = pairable.sum(axis=1, keepdims=True)
    disagreeing = ((votes - pairable) * pairable / np.maximum(votes - 1, 1)).sum()
    per_label = pairable.sum(axis=0)
    total = int(per_label.sum())
    expected = int(((total - per_label) * per_label).sum())
    if expected == 0:
        return float("nan")
    return float(1 - disagreeing * (total - 1) / expected)


def ordinal_alpha(counts: Counts) -> float:
    """Krippendorff's α for labels that stand in an order: a near miss weighs less than a far one.

    How far two labels are apart depends on how many votes name them and those between them. With
    two labels it is the nominal α.

    Args:
        counts: (T, K) int, votes per task and label; columns in the order of the labels.

    Returns:
        α, at most 1; NaN as for `nominal_alpha`.

    Source: Krippendorff 2011, Computing Krippendorff's Alpha-Reliability, section D.

    One step apart is better than two:

    >>> near, far = np.array([[2, 0, 0], [0, 1, 1]]), np.array([[1, 0, 1], [0, 2, 0]])
    >>> ordinal_alpha(near) > ordinal_alpha(far)
    True
    """
    return evaluated(ORDINAL_ALPHA, counts)
