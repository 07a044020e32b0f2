from dataclasses import replace

import numpy as np
import pytest

from curation.errors import JobCancelled
from curation.explorer.candidates import LINES
from curation.explorer.curves import (
    BALANCED,
    GLOBAL,
    HELD_OUT,
    KEEP_ALL,
    POSTERIOR,
    RAW,
    SOFT,
    TEST,
    WEIGHTS,
    WITHIN_LABEL,
    Curve,
)
from curation.explorer.pool import Pool, TooFewExamples
from curation.explorer.scoring import Measured, measure
from tests.curation.explorer.made import made_pool, made_test


def curve(found: Measured, kind: str, *, agreement: str = RAW, balanced: bool = False) -> Curve:
    wanted = (kind, agreement, balanced)
    return next(c for c in found.curves if (c.kind, c.agreement, c.balanced) == wanted)


@pytest.fixture(scope="module")
def noisy() -> Measured:
    return measure(made_pool(noise=0.5))


def test_every_way_to_keep_has_its_curve_and_every_alternative_its_line(noisy: Measured) -> None:
    assert [one.name for one in noisy.curves] == [
        "global/raw", "global/raw/balanced", "within_label/raw", "within_label/raw/balanced",
    ]  # fmt: skip
    assert [line.name for line in noisy.references] == [KEEP_ALL, BALANCED, WEIGHTS, SOFT]
    assert [point.value for point in curve(noisy, GLOBAL).points] == [0.6, 1.0]
    assert len(curve(noisy, WITHIN_LABEL).points) == 20


def test_all_judged_examples_are_scored_each_by_classifiers_that_did_not_see_it(
    noisy: Measured,
) -> None:
    assert noisy.target == HELD_OUT
    assert (noisy.scored_rows, noisy.train_rows) == (200, 160)


def test_examples_that_say_the_same_are_never_on_both_sides() -> None:
    """Labels by chance: only who has learned a text's copy can tell its label."""
    rng = np.random.default_rng(0)
    once = made_pool(n=60, distance=0.0)
    vectors = rng.normal(size=(60, 200)).astype(np.float32)
    twice = replace(once, vectors=vectors, label=rng.permutation(np.arange(60) % 2)).rows(
        np.repeat(np.arange(60), 2)
    )
    pool = replace(twice, ids=[f"example-{row}" for row in range(120)])

    apart, together = (
        measure(replace(pool, group=group), chosen=LINES).references[0].score.mean
        for group in (None, np.repeat(np.arange(60), 2))
    )

    assert apart > 0.8
    assert together < 0.65


def test_a_text_that_stands_many_times_is_one_where_texts_are_held_out() -> None:
    pool = made_pool(n=40)
    same = replace(pool, group=np.where(pool.label == 1, 0, np.arange(1, 41)))

    with pytest.raises(TooFewExamples, match="there are 40 examples and 1 such labels"):
        measure(same)
    assert measure(same, made_test(), seeds=1, chosen=LINES).target == TEST


def test_parts_without_two_labels_are_refused() -> None:
    """Five texts carry the rare label, each text ten times more often the other one."""
    label = np.array([1] * 400 + ([0] + [1] * 10) * 5)
    group = np.concatenate([np.arange(400) // 100, np.repeat(np.arange(4, 9), 11)])
    pool = made_pool(n=len(label))

    with pytest.raises(TooFewExamples, match="have the same text"):
        measure(replace(pool, label=label, group=group), chosen=LINES)


def test_keeping_everything_is_the_end_of_both_curves(noisy: Measured) -> None:
    lowest, whole = curve(noisy, GLOBAL).points[0], curve(noisy, WITHIN_LABEL).points[-1]

    assert lowest.score == whole.score == noisy.references[0].score
    assert whole.share == pytest.approx(1)
    assert whole.against_random == whole.against_all
    assert whole.against_all is not None
    assert (whole.against_all.low, whole.against_all.high) == (0, 0)


def test_on_a_test_set_dropping_mislabelled_examples_beats_random_rows() -> None:
    found = measure(made_pool(noise=0.9, n=300), made_test())

    best = curve(found, GLOBAL).points[-1]

    assert found.target == TEST
    assert best.against_random is not None
    assert best.against_random.low > 0
    assert best.labels[0] + best.labels[1] == pytest.approx(1)


def test_a_cut_to_equal_labels_keeps_as_many_of_each() -> None:
    found = measure(made_pool(minority=0.2), made_test(), seeds=1)

    for point in curve(found, WITHIN_LABEL, balanced=True).points:
        assert point.labels == (0.5, 0.5)


def test_the_answer_does_not_depend_on_the_order_of_rows() -> None:
    pool, test = made_pool(n=80, noise=0.3), made_test(n=60)
    order = np.random.default_rng(3).permutation(80)

    assert measure(pool.rows(order), test, seeds=2) == measure(pool, test, seeds=2)


def test_posterior_agreement_has_curves_of_its_own() -> None:
    pool = made_pool(n=80)
    shrunk = 0.5 + 0.5 * (pool.agreement[RAW] - 0.5)
    pool = replace(
        pool,
        agreement={**pool.agreement, POSTERIOR: shrunk},
        reached={POSTERIOR: np.round(shrunk, 1)},
    )

    found = measure(pool, seeds=2)

    points = curve(found, GLOBAL, agreement=POSTERIOR).points
    assert [point.value for point in points] == np.unique(np.round(shrunk, 1)).tolist()


def test_a_threshold_that_leaves_one_label_has_no_score() -> None:
    pool = made_pool(n=80)
    agreed = np.where(pool.label == 0, 0.6, pool.agreement[RAW])

    found = measure(replace(pool, agreement={RAW: agreed}), seeds=2)

    top = curve(found, GLOBAL).points[-1]
    assert (top.score, top.against_all) == (None, None)
    assert top.labels == (0.0, 1.0)


def test_more_seeds_are_more_rounds_of_the_same_rows() -> None:
    pool = made_pool(n=60)
    told: list[int] = []

    measure(pool, seeds=10, progress=lambda done, total, note="": told.append(total))

    assert set(told) == {10}


def test_it_stops_between_trainings() -> None:
    told: list[int] = []

    def stop(done: int, total: int, note: str = "") -> None:
        told.append(done)
        if done == 2:
            raise JobCancelled

    with pytest.raises(JobCancelled):
        measure(made_pool(n=60), progress=stop)

    assert told == [0, 1, 2]


@pytest.mark.parametrize(
    "pool",
    [
        made_pool(n=19),
        replace(made_pool(n=30), label=np.zeros(30, dtype=np.int64)),
        replace(made_pool(n=30), label=np.array([1] * 4 + [0] * 26)),
    ],
    ids=["few examples", "one label", "few of the other label"],
)
def test_too_few_examples_are_refused_with_what_is_needed(pool: Pool) -> None:
    with pytest.raises(TooFewExamples, match="20 judged examples and two labels with 5"):
        measure(pool)
