"""Every aggregator against crowd-kit's own, on real votes and at the same number of steps."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from curation.aggregation.coding import coded
from curation.aggregation.dawid_skene import dawid_skene
from curation.aggregation.glad import glad
from curation.aggregation.mace import mace
from curation.aggregation.majority import majority
from curation.aggregation.mmsr import mmsr
from curation.aggregation.one_coin import one_coin
from curation.aggregation.result import Aggregated, Floats, Ints, Votes, probability_table
from curation.aggregation.wawa import wawa
from curation.aggregation.zero_based_skill import zero_based_skill
from tests.curation.aggregation.voting import real_set, shuffled

SETS = [
    "convabuse", "hate_g1", "hate_g2", "hate_g3", "movie_polarity", "multipico_en",
    "popquorn_offensiveness", "product_match", "snow_rte", "vldb_sentiment", "weather_sentiment",
]  # fmt: skip
FIRST = 300  # tasks of each set; crowd-kit takes minutes for all
STEPS = 20


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """crowd-kit warns of what pandas will take away."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@pytest.fixture(params=SETS)
def votes(request: pytest.FixtureRequest, shared_data: Path) -> Votes:
    return real_set(shared_data / "crowd" / request.param, most_tasks=FIRST).votes


def agrees(found: Aggregated, theirs: Floats, *, within: float = 1e-9) -> None:
    assert np.abs(found.probabilities - theirs).max() <= within
    assert found.labels.tolist() == theirs.argmax(axis=1).tolist()


def skills_agree(found: Aggregated, theirs: pd.Series[float], *, within: float = 1e-9) -> None:
    assert found.skills is not None
    assert np.abs(found.skills - theirs.sort_index().to_numpy()).max() <= within


def test_majority(votes: Votes) -> None:
    from crowdkit.aggregation import MajorityVote

    model = MajorityVote().fit(votes.frame())

    found = majority(votes)

    agrees(found, probability_table(votes, model.probas_))
    skills_agree(found, model.skills_)


def test_wawa(votes: Votes) -> None:
    from crowdkit.aggregation import Wawa

    model = Wawa()
    theirs = model.fit_predict_proba(votes.frame())

    found = wawa(votes)

    agrees(found, probability_table(votes, theirs))
    skills_agree(found, model.skills_)


def test_zero_based_skill(votes: Votes) -> None:
    from crowdkit.aggregation import ZeroBasedSkill

    model = ZeroBasedSkill(n_iter=STEPS)
    theirs = model.fit_predict_proba(votes.frame())

    found = zero_based_skill(votes, steps=STEPS)

    agrees(found, probability_table(votes, theirs))
    skills_agree(found, model.skills_)


def test_dawid_skene(votes: Votes) -> None:
    from crowdkit.aggregation import DawidSkene

    model = DawidSkene(n_iter=STEPS, tol=float("-inf"))
    theirs = model.fit_predict_proba(votes.frame())

    agrees(dawid_skene(votes, steps=STEPS), probability_table(votes, theirs))


def test_one_coin(votes: Votes) -> None:
    from crowdkit.aggregation import OneCoinDawidSkene

    model = OneCoinDawidSkene(n_iter=STEPS, tol=float("-inf"))
    theirs = model.fit_predict_proba(votes.frame())

    found = one_coin(votes, steps=STEPS)

    agrees(found, probability_table(votes, theirs))
    skills_agree(found, model.skills_)


def test_mace(votes: Votes) -> None:
    own = coded(votes)
    frame = own.votes.frame().sort_values(["worker", "task"])
    codes, labels = pd.factorize(frame["label"])  # crowd-kit numbers labels as they come
    frame["label"] = codes
    model = aligned_mace(labels.to_numpy())
    theirs = np.zeros((own.votes.n_tasks, len(labels)))
    theirs[:, labels] = model.fit_predict_proba(frame).sort_index().to_numpy()

    found = mace(votes, steps=STEPS)

    assert np.abs(found.probabilities[:, own.labels] - theirs).max() <= 1e-9


def aligned_mace(labels: Ints) -> Any:
    """crowd-kit's MACE with our starting values for each label.

    It must be given annotators and labels in ascending order: it numbers them as they come but
    sorts its sums by name, so otherwise it mixes them up.
    """
    from crowdkit.aggregation import MACE

    class Aligned(MACE):
        thetas_: Any

        def _initialize(self, n_workers: int, n_labels: int) -> None:
            super()._initialize(n_workers, n_labels)
            started: Floats = self.thetas_
            self.thetas_ = started[:, labels]

    return Aligned(n_restarts=1, n_iter=STEPS)


def test_mmsr(shared_data: Path) -> None:
    from crowdkit.aggregation import MMSR

    votes = real_set(shared_data / "crowd" / "hate_g1").votes
    model = MMSR(random_state=0)
    theirs = model.fit_predict(votes.frame()).sort_index()
    chance = 1 / votes.n_labels

    found = mmsr(votes)

    scores = model.scores_.sum(axis=1)  # 1, as every weight together is above 0 here
    assert np.allclose(scores, 1)
    assert found.labels.tolist() == theirs.tolist()
    assert found.skills is not None
    odds = np.log(found.skills / (1 - found.skills) * (1 - chance) / chance)
    assert np.abs(odds - model.skills_.sort_index().to_numpy()).max() < 1e-6


@pytest.mark.parametrize("name", ["snow_rte", "weather_sentiment"])
def test_glad_where_both_search_to_the_end(name: str, shared_data: Path) -> None:
    from crowdkit.aggregation import GLAD

    votes = real_set(shared_data / "crowd" / name, most_tasks=8).votes
    model = GLAD(n_iter=5, tol=float("-inf"), m_step_tol=1e-6)
    theirs = model.fit_predict_proba(votes.frame())

    # both follow the same slopes, but the last digits decide where a search turns
    found = glad(votes, steps=5, flat=1e-6)

    agrees(found, probability_table(votes, theirs), within=1e-6)
    skills_agree(found, model.alphas_, within=1e-5)


def test_more_restarts_of_crowd_kits_mace_are_the_same_start_again(shared_data: Path) -> None:
    from crowdkit.aggregation import MACE

    frame = real_set(shared_data / "crowd" / "multipico_en", most_tasks=40).votes.frame()

    once, thrice = (
        MACE(n_restarts=restarts, n_iter=5).fit_predict_proba(frame) for restarts in (1, 3)
    )

    assert once.equals(thrice)


def test_crowd_kits_mace_moves_with_the_order_of_rows_and_ours_does_not(shared_data: Path) -> None:
    from crowdkit.aggregation import MACE

    votes = real_set(shared_data / "crowd" / "multipico_en", most_tasks=40).votes
    backwards = shuffled(
        votes,
        order=list(range(len(votes.task)))[::-1],
        number=list(range(votes.n_workers)),
    )
    by_task = votes.frame()

    theirs = [
        MACE(n_restarts=1).fit_predict_proba(frame).sort_index(axis=0).sort_index(axis=1).to_numpy()
        for frame in (by_task, by_task[::-1])
    ]

    assert np.abs(theirs[0] - theirs[1]).max() > 0.01
    assert np.array_equal(mace(votes).probabilities, mace(backwards).probabilities)


def test_crowd_kits_m_msr_turns_a_task_round_whose_weights_sum_below_zero() -> None:
    from crowdkit.aggregation import MajorityVote

    # one annotator who is mostly wrong, alone on a task: the other label is the better guess
    frame = pd.DataFrame({"task": [0, 0], "worker": [0, 1], "label": [0, 1]})
    weights = pd.Series([-2.0, 1.0], index=pd.Index([0, 1], name="worker"), name="skill")

    theirs = MajorityVote().fit_predict(frame, skills=weights)

    assert theirs[0] == 0  # though label 1 has the larger sum
