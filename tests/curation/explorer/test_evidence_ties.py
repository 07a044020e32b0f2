"""How many texts a share cannot tell apart by agreement."""

from __future__ import annotations

import numpy as np
import pytest

from curation.datasets.keeping import KEPT, drop_reasons
from curation.datasets.policy import Policy
from curation.explorer.evidence_answers import answer
from curation.explorer.evidence_ties import Ties, at_the_line
from tests.curation.explorer.crowds import make_crowd

CROWD = make_crowd(7, n=60)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_ties_are_those_counted_row_by_row(share: float) -> None:
    policy = Policy(keep_share=share, min_votes=2)
    judged, kept = CROWD.judged, drop_reasons(CROWD.judged, policy) == KEPT

    found = at_the_line(CROWD.evidence, answer(CROWD.evidence, policy))

    level, of, stay = np.round(judged.agreement, 9), 0, 0
    for label in np.unique(judged.label[kept]):
        mine = (judged.label == label) & (judged.n_votes >= 2)
        equal = mine & (level == level[mine & kept].min())
        if not kept[equal].all():
            of, stay = of + int(equal.sum()), stay + int(kept[equal].sum())
    assert (found.judged, found.kept) == (of, stay)


@pytest.mark.parametrize("policy", [Policy(threshold=0.8), Policy(keep_all=True)])
def test_a_threshold_has_no_ties(policy: Policy) -> None:
    found = answer(CROWD.evidence, policy)

    assert at_the_line(CROWD.evidence, found) == Ties(judged=0, kept=0)
