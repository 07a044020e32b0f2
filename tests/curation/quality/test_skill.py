"""Dawid and Skene's model: crowd-kit's numbers, and skills that hold the truth."""

from __future__ import annotations

import numpy as np

from curation.aggregation import AGGREGATORS, Votes
from curation.quality import VOTE
from curation.quality.skill import fit_dawid_skene, skill
from tests.curation.quality.crowds import crowd_answers, make_answers


def test_without_smoothing_the_posteriors_are_crowd_kits() -> None:
    answers = crowd_answers({"ordinary": 8, "careless": 2}, n_labels=4, seed=2)
    votes = Votes(
        task=answers.task,
        worker=answers.worker,
        label=answers.label,
        n_tasks=answers.n_tasks,
        n_labels=4,
    )

    ours = fit_dawid_skene(answers, smoothing=0)

    theirs = AGGREGATORS["dawid_skene"](votes).probabilities
    assert np.allclose(ours.posterior, theirs, atol=1e-6)


def test_experts_are_skilled_and_the_careless_are_not() -> None:
    found = skill(crowd_answers({"expert": 6, "careless": 2}, tasks=120))

    assert all(one is not None and one.low > 0.6 for one in found[:6])
    assert all(one is not None and one.high < 0.6 for one in found[6:])


def test_one_answer_leaves_a_wide_interval_and_no_peer_none_at_all() -> None:
    answers = make_answers([(0, 0, 0, VOTE), (0, 1, 0, VOTE), (1, 2, 1, VOTE)])

    one, _, alone = skill(answers)

    assert one is not None
    assert one.high - one.low > 0.7
    assert alone is None
