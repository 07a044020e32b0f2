import numpy as np

from curation.explorer.candidates import Candidate
from curation.explorer.curves import (
    BALANCED,
    KEEP_ALL,
    POSTERIOR,
    RAW,
    SOFT,
    WEIGHTS,
    WITHIN_LABEL,
)
from curation.explorer.recommending import Tried, recommend
from curation.explorer.resampling import Draws
from curation.explorer.scoring import measure
from tests.curation.explorer.made import made_pool, made_test


def test_where_agreement_says_nothing_about_the_label_nothing_is_recommended() -> None:
    advice = [measure(made_pool(n=120, seed=seed, distance=1.5)).recommendation
              for seed in range(20)]  # fmt: skip

    assert sum(one.helps for one in advice) <= 2
    assert all(one.sentence.startswith("No threshold helps") for one in advice if not one.helps)


def test_where_disputed_examples_are_mislabelled_dropping_them_is_recommended() -> None:
    pool = made_pool(n=400, noise=0.9)

    advice = measure(pool, made_test(n=600)).recommendation

    assert advice.helps
    assert advice.agreement == RAW
    assert advice.against_all is not None
    assert advice.against_all.low > 0
    assert "more than keeping everything" in advice.sentence
    assert "chosen on the test texts" in advice.sentence


def test_a_recommended_share_leaves_out_most_of_the_mislabelled() -> None:
    pool = made_pool(n=400, noise=0.9)

    advice = measure(pool, made_test(n=600)).recommendation

    assert advice.value is not None
    assert advice.kind == "global" or advice.value < 0.8


def tried(scores: dict[Candidate, float], *, random: float = 0.5, noise: float = 0.01) -> Tried:
    """Candidates with these scores; each resample moves every one a little, alone."""
    own = np.array(list(scores.values()))
    drops = np.array([one.drops for one in scores])
    moved = np.random.default_rng(0).normal(scale=noise, size=(400, 2, len(own)))
    chance = np.where(drops, random, own)
    return Tried(
        candidates=list(scores),
        own=Draws(score=own, resampled=own + moved[:, 0]),
        random=Draws(score=chance, resampled=chance + moved[:, 1]),
        kept=np.array([100 * (one.value if one.drops else 1) for one in scores]),
    )


LINES = {
    Candidate(kind=KEEP_ALL): 0.5,
    Candidate(kind=BALANCED): 0.5,
    Candidate(kind=WEIGHTS): 0.5,
    Candidate(kind=SOFT): 0.5,
}


def share(value: float, *, agreement: str = RAW, balanced: bool = False) -> Candidate:
    return Candidate(kind=WITHIN_LABEL, agreement=agreement, balanced=balanced, value=value)


def test_the_policy_that_keeps_most_is_taken_among_those_about_as_good() -> None:
    scores = {**LINES, share(0.3): 0.700, share(0.5): 0.699, share(0.7): 0.64}

    advice = recommend(tried(scores), on_test=False)

    assert (advice.helps, advice.kind, advice.value) == (True, WITHIN_LABEL, 0.5)
    assert advice.sentence.startswith("Keep the most agreed 50% of each label: the expected")
    assert "test texts" not in advice.sentence


def test_raw_agreement_is_taken_where_the_posterior_is_no_better() -> None:
    scores = {**LINES, share(0.5, agreement=POSTERIOR): 0.7, share(0.5): 0.7}

    assert recommend(tried(scores), on_test=False).agreement == RAW


def test_what_equal_weights_give_without_dropping_is_no_reason_to_drop() -> None:
    scores = {**LINES, Candidate(kind=BALANCED): 0.7, share(0.5): 0.7}

    advice = recommend(tried(scores), on_test=False)

    assert not advice.helps
    assert "giving every label the same weight instead gains 0.200" in advice.sentence
    assert "If rows have to go, keep the most agreed 50% of each label: 0.200" in advice.sentence


def test_what_random_rows_give_too_is_no_reason_to_choose_them() -> None:
    advice = recommend(tried({**LINES, share(0.5): 0.7}, random=0.7), on_test=False)

    assert not advice.helps
    assert "If rows have to go" not in advice.sentence


def test_a_policy_that_cuts_labels_down_is_not_in_the_running() -> None:
    advice = recommend(tried({**LINES, share(0.5, balanced=True): 0.9}), on_test=False)

    assert not advice.helps
    assert advice.sentence == "No threshold helps here: keeping everything scores 0.500."


def test_a_policy_that_cannot_be_trained_is_not_in_the_running() -> None:
    scores = {**LINES, share(0.3): float("nan"), share(0.5): 0.7}

    assert recommend(tried(scores), on_test=False).value == 0.5
