"""Votes → numbers: how much annotators agree, on one example and in a project.

Everything starts from `vote_counts`: one row per task, one column per label.
"""

from curation.agreement.bootstrap import Interval, alpha_interval
from curation.agreement.counts import vote_counts, weighted_counts
from curation.agreement.entropy import vote_entropy
from curation.agreement.krippendorff import nominal_alpha
from curation.agreement.share import agreement_share

__all__ = [
    "Interval",
    "agreement_share",
    "alpha_interval",
    "nominal_alpha",
    "vote_counts",
    "vote_entropy",
    "weighted_counts",
]
