"""Agreement of a whole project corrected for chance, by Fleiss and by Gwet."""

from __future__ import annotations

from curation.agreement.counts import Counts
from curation.agreement.formulas import FLEISS_KAPPA, GWET_AC1, evaluated


def fleiss_kappa(counts: Counts) -> float:
    """Fleiss' κ: 1 full agreement, 0 what voting by the project's label shares would give.

    Where examples have different numbers of votes, agreement and label shares are means over the
    examples with two votes or more, each weighing the same (Gwet's generalisation; with equally
    many votes it is Fleiss' own).

    Args:
        counts: (T, K) int, votes per task and label.

    Returns:
        κ, at most 1; NaN when no task has two votes or every vote names the same label.

    Source: Fleiss 1971, Measuring nominal scale agreement among many raters.

    Half of the pairs agree, and half would by chance:

    >>> import numpy as np
    >>> fleiss_kappa(np.array([[2, 0], [0, 2], [1, 1], [1, 1]]))
    0.0
    """
    return evaluated(FLEISS_KAPPA, counts)


def gwet_ac1(counts: Counts) -> float:
    """Gwet's AC1: as κ, but chance is guessing on the hard examples only.

    α and κ fall towards 0 when nearly all votes name one label, however well people agree; AC1
    does not.

    Args:
        counts: (T, K) int, votes per task and label; K is the size of the label set.

    Returns:
        AC1, at most 1; NaN when no task has two votes, or with a single label in the set.

    Source: Gwet 2008, Computing inter-rater reliability and its variance in the presence of high
    agreement.

    Nine agreed examples and one disputed one (0.9 of the pairs agree, by chance 0.095):

    >>> import numpy as np
    >>> round(gwet_ac1(np.array([[2, 0]] * 9 + [[1, 1]])), 3)
    0.89
    """
    if counts.shape[1] < 2:
        return float("nan")
    return evaluated(GWET_AC1, counts)
