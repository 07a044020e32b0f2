"""How wide α's interval is, by formula, for studies simulated by the thousand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from curation.agreement.counts import Counts

NORMAL_95 = 1.96  # standard errors in half of a 95 % interval


@dataclass(frozen=True, kw_only=True)
class AlphaPrecision:
    """Krippendorff's α with half of its 95 % interval over examples; NaN where undefined."""

    alpha: float
    half_width: float


def alpha_precision(counts: Counts) -> AlphaPrecision:
    """α and how far it would move with other examples, by the delta method.

    The same α as `curation.agreement.nominal_alpha`. The half-width is that of `alpha_interval`
    there up to what a bootstrap draws (within a few per cent from 50 examples on), without its
    thousand resamples.

    Args:
        counts: (T, K) int, votes per task and label; equally many, V ≥ 2, on every task.

    Source: α = 1 - D/E with mean disagreement D and expected disagreement E (Krippendorff 2011);
    its variance is that of the influence function of the ratio of these means.

    Two of four tasks agreed on label 0, one on label 1, one split:

    >>> precision = alpha_precision(np.array([[2, 0], [2, 0], [0, 2], [1, 1]]))
    >>> round(precision.alpha, 3), round(precision.half_width, 3)
    (0.533, 0.894)
    """
    votes = int(counts[0].sum())
    disagreeing = ((votes - counts) * counts).sum(axis=1) / (votes * (votes - 1))  # of pairs
    shares = counts / votes
    overall = shares.mean(axis=0)
    expected = 1 - float((overall**2).sum())
    if expected < 1e-12:
        return AlphaPrecision(alpha=float("nan"), half_width=float("nan"))
    observed = float(disagreeing.mean())
    # what one more task like this one would do to D and to E
    to_observed = disagreeing - observed
    to_expected = -2 * (shares - overall) @ overall
    influence = to_observed / expected - observed * to_expected / expected**2
    half_width = NORMAL_95 * float(influence.std()) / np.sqrt(len(counts))
    total = votes * len(counts)
    alpha = 1 - observed / (expected * total / (total - 1))
    return AlphaPrecision(alpha=alpha, half_width=float(half_width))


def share_half_width(share: float, n: int) -> float:
    """Half of the 95 % interval of a share seen on n examples.

    Source: Agresti and Coull 1998; unlike the plain formula it is not 0 where the share is.

    >>> round(share_half_width(0.5, 100), 3), round(share_half_width(0.0, 100), 3)
    (0.096, 0.026)
    """
    n_added = n + NORMAL_95**2
    centre = (share * n + NORMAL_95**2 / 2) / n_added
    return float(NORMAL_95 * np.sqrt(centre * (1 - centre) / n_added))
