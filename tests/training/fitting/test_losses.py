"""What each loss says about three rows, and what it cannot do without."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from training.fitting.config import LOSSES as NAMES
from training.fitting.config import FitConfig
from training.fitting.errors import BadConfig, BadDataset
from training.fitting.losses import LOSSES, is_plain, targets_of
from training.fitting.losses.codes import weighted_codes
from training.fitting.rows import Row

CONFIG = FitConfig(labels=("joke", "news"))
ROWS = (
    Row(
        id="a", text="x", label="joke", agreement=1.0, probs=(1.0, 0.0), quality=0.9, diversity=0.6
    ),
    Row(
        id="b", text="x", label="joke", agreement=0.8, probs=(0.8, 0.2), quality=0.2, diversity=0.8
    ),
    Row(
        id="c", text="x", label="news", agreement=0.6, probs=(0.4, 0.6), quality=0.5, diversity=0.5
    ),
)
HARD = [[1, 0], [1, 0], [0, 1]]


def targets(loss: str, rows: Sequence[Row] = ROWS, **options: Any) -> tuple[Any, Any]:
    found = targets_of(rows, replace(CONFIG, loss=loss, **options))
    return found.shares.tolist(), found.weights.tolist()


def test_every_loss_that_a_config_may_name_is_there() -> None:
    assert tuple(LOSSES) == NAMES


def test_cross_entropy_takes_the_given_label_and_weighs_all_the_same() -> None:
    assert targets("cross_entropy") == (HARD, [1, 1, 1])


def test_rows_with_a_weight_of_their_own_count_by_it() -> None:
    weighed = [replace(ROWS[0], weight=3.0), *ROWS[1:]]

    assert targets("cross_entropy", weighed)[1] == [3, 1, 1]
    assert targets("agreement", weighed)[1] == pytest.approx([3, 0.8, 0.6])


def test_soft_takes_the_shares_of_votes() -> None:
    assert targets("soft") == ([[1, 0], [0.8, 0.2], [0.4, 0.6]], [1, 1, 1])


def test_agreement_weighs_by_a_i() -> None:
    assert targets("agreement") == (HARD, [1.0, 0.8, 0.6])


def test_imp_weighs_by_the_ratio_of_the_checkers() -> None:
    # 0.9 / 0.6, 0.2 / 0.8, 0.5 / 0.5
    assert targets("imp")[1] == pytest.approx([1.5, 0.25, 1])
    assert targets("imp", weight_exponent=2.0)[1] == pytest.approx([2.25, 0.0625, 1])
    assert targets("imp", weight_low=0.5, weight_high=1.2)[1] == pytest.approx([1.2, 0.5, 1])


def test_dimp_hands_the_quality_to_the_step() -> None:
    found = targets_of(ROWS, replace(CONFIG, loss="dimp"))

    assert found.weights.tolist() == [1, 1, 1]
    assert found.quality is not None
    assert found.quality.tolist() == [0.9, 0.2, 0.5]


def test_balanced_class_weights_come_on_top() -> None:
    # Two jokes, one news: 3 / (2 · 2) = 0.75 and 3 / (2 · 1) = 1.5.
    shares, weights = targets("agreement", class_weights="balanced")

    assert shares == [[0.75, 0], [0.75, 0], [0, 1.5]]
    assert weights == [1.0, 0.8, 0.6]


def test_the_order_of_rows_only_orders_the_targets() -> None:
    for loss in LOSSES:
        forth = targets(loss, ROWS, class_weights="balanced")
        back = targets(loss, ROWS[::-1], class_weights="balanced")

        assert [values[::-1] for values in back] == list(forth)


@pytest.mark.parametrize(
    ("loss", "column", "remedy"),
    [
        ("soft", "probs", "train on a source with votes"),
        ("agreement", "agreement", "train on a source with votes"),
        ("imp", "quality", "a checker fitted on real rows"),
        ("imp", "diversity", "a checker fitted on the training rows"),
        ("dimp", "quality", "a checker fitted on real rows"),
    ],
)
def test_a_missing_column_is_told_with_what_to_do(loss: str, column: str, remedy: str) -> None:
    nothing: dict[str, Any] = {column: None}
    rows = [replace(row, **nothing) for row in ROWS[1:]] + [ROWS[0]]

    with pytest.raises(BadDataset) as caught:
        targets(loss, rows)

    sentence = str(caught.value)
    assert f'Loss "{loss}" reads the column "{column}", which 2 of 3 training rows' in sentence
    assert "the first is 'b'" in sentence
    assert remedy in sentence


@pytest.mark.parametrize(
    ("loss", "change", "sentence"),
    [
        (
            "cross_entropy",
            {"weight": -1.0},
            "Training row 'b' has a \"weight\" that is not 0 or more",
        ),
        ("imp", {"quality": 1.5}, "Training row 'b' has a \"quality\" that is not in 0 to 1"),
        ("dimp", {"quality": float("nan")}, 'has a "quality" that is not in 0 to 1'),
        ("soft", {"probs": (1.0,)}, "The probs of training row 'b' must be 2 shares"),
        ("soft", {"probs": (0.7, 0.7)}, "The probs of training row 'b' must be 2 shares"),
        ("soft", {"probs": (float("nan"), 1.0)}, "The probs of training row 'b' must be 2 shares"),
    ],
)
def test_an_impossible_value_is_told_with_its_row(
    loss: str, change: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(BadDataset, match="raining row") as caught:
        targets(loss, [ROWS[0], replace(ROWS[1], **change)])

    assert sentence in str(caught.value)


def test_only_unweighted_cross_entropy_is_plain() -> None:
    assert is_plain(ROWS, CONFIG)
    assert not is_plain(ROWS, replace(CONFIG, loss="soft"))
    assert not is_plain(ROWS, replace(CONFIG, class_weights="balanced"))
    assert not is_plain([replace(ROWS[0], weight=2.0)], CONFIG)


def test_scikit_learn_gets_soft_rows_once_for_each_label_they_have() -> None:
    found = weighted_codes(ROWS, replace(CONFIG, loss="soft"))

    assert found.places.tolist() == [0, 1, 1, 2, 2]
    assert found.codes.tolist() == [0, 0, 1, 0, 1]
    assert found.weights.tolist() == [1, 0.8, 0.2, 0.4, 0.6]
    assert found.summary.effective == pytest.approx(3)


def test_scikit_learn_gets_weights_with_a_mean_of_one_where_they_are_normalised() -> None:
    # 1.5, 0.25 and 1 divided by their mean 2.75 / 3
    found = weighted_codes(ROWS, replace(CONFIG, loss="imp", weight_normalise=True))

    assert found.weights == pytest.approx([4.5 / 2.75, 0.75 / 2.75, 3 / 2.75])
    assert found.summary.effective == pytest.approx(2.75**2 / (1.5**2 + 0.25**2 + 1))


def test_scikit_learn_gets_no_rows_that_weigh_nothing() -> None:
    rows = [replace(ROWS[0], weight=0.0), *ROWS[1:]]

    assert weighted_codes(rows, CONFIG).places.tolist() == [1, 2]
    with pytest.raises(BadDataset, match="All training rows weigh nothing"):
        weighted_codes([replace(row, weight=0.0) for row in ROWS], CONFIG)


def test_dimp_needs_steps() -> None:
    with pytest.raises(BadConfig, match='Loss "dimp" weighs rows by the classifier'):
        weighted_codes(ROWS, replace(CONFIG, loss="dimp", classifier="tfidf"))
