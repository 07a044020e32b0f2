"""Texts of equal agreement on both sides of the line that a share draws."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from curation.explorer.evidence import Evidence
from curation.explorer.evidence_answers import Answer
from curation.explorer.evidence_selection import measured


@dataclass(frozen=True, kw_only=True)
class Ties:
    """Examples of labels through whose equals the line goes, that agree as the last one kept."""

    judged: int
    kept: int  # of them


def at_the_line(evidence: Evidence, found: Answer) -> Ties:
    """How many examples agreement alone could not decide on; none unless a share is kept.

    Balancing drops by lot whatever the agreement, so then there is no line to speak of.
    """
    policy, selection, groups = found.policy, found.selection, evidence.groups
    if policy.keep_share is None or policy.balance:
        return Ties(judged=0, kept=0)
    level = measured(evidence, by_posterior=selection.by_posterior)
    last = selection.considered & (np.abs(level - selection.cuts[groups.label]) < 1e-8)
    labels = len(evidence.label_names)
    size = np.bincount(groups.label[last], weights=groups.size[last], minlength=labels)
    kept = np.bincount(groups.label[last], weights=selection.kept_of[last], minlength=labels)
    through = kept < size
    return Ties(judged=int(size[through].sum()), kept=int(kept[through].sum()))
