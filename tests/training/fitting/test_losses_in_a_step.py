"""The loss of a batch of three rows, against numbers worked out by hand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
import torch

from tests.training.fitting.test_losses import CONFIG, ROWS
from training.fitting.losses import loss_of
from training.fitting.losses.objective import Objective
from training.fitting.rows import Row

# Logits whose softmax is easy to write down: ln 4 and 0 give 0.8 and 0.2, and so on.
PROBS = ((0.8, 0.2), (0.5, 0.5), (0.75, 0.25))
LOGITS = torch.tensor([[math.log(p) for p in row] for row in PROBS])


PLACES = torch.tensor([0, 1, 2])


def prepared(name: str, rows: Sequence[Row] = ROWS, **options: Any) -> Objective:
    return loss_of(replace(CONFIG, loss=name, **options), rows)


def loss(name: str, rows: Sequence[Row] = ROWS, logits: Any = LOGITS, **options: Any) -> Any:
    return prepared(name, rows, **options)(logits, PLACES)


def value(*args: Any, **options: Any) -> float:
    return float(loss(*args, **options))


def mean(*terms: float) -> Any:
    return pytest.approx(sum(terms) / 3, rel=1e-6)


# -ln of the given label's probability: joke 0.8, joke 0.5, news 0.25
A, B, C = -math.log(0.8), -math.log(0.5), -math.log(0.25)


def test_cross_entropy() -> None:
    assert value("cross_entropy") == mean(A, B, C)


def test_cross_entropy_is_that_of_torch() -> None:
    expected = torch.nn.functional.cross_entropy(LOGITS, torch.tensor([0, 0, 1]))

    assert value("cross_entropy") == pytest.approx(float(expected))


def test_class_weights() -> None:
    # two jokes weigh 3 / (2 · 2), one news 3 / (2 · 1)
    assert value("cross_entropy", class_weights="balanced") == mean(0.75 * A, 0.75 * B, 1.5 * C)


def test_soft_labels() -> None:
    # (1, 0) · (0.8, 0.2); (0.8, 0.2) · (0.5, 0.5); (0.4, 0.6) · (0.75, 0.25)
    second = 0.8 * B + 0.2 * B
    third = 0.4 * -math.log(0.75) + 0.6 * C
    assert value("soft") == mean(A, second, third)


def test_agreement_weights() -> None:
    assert value("agreement") == mean(1.0 * A, 0.8 * B, 0.6 * C)


def test_imp() -> None:
    # 0.9 / 0.6, 0.2 / 0.8, 0.5 / 0.5
    assert value("imp") == mean(1.5 * A, 0.25 * B, 1.0 * C)


def test_imp_clipped_and_normalised() -> None:
    # 1.5 becomes 1.25, 0.25 becomes 0.75, 1 stays; their mean is 1 again
    found = value("imp", weight_low=0.75, weight_high=1.25, weight_normalise=True)
    assert found == mean(1.25 * A, 0.75 * B, 1.0 * C)


def test_imp_normalised() -> None:
    # 1.5 + 0.25 + 1 = 2.75, so the mean over rows becomes the sum over 2.75
    expected = (1.5 * A + 0.25 * B + 1.0 * C) / 2.75
    assert value("imp", weight_normalise=True) == pytest.approx(expected, rel=1e-6)


def test_dimp() -> None:
    # P' 0.9, 0.2, 0.5 over the student's own 0.8, 0.5, 0.25
    assert value("dimp") == mean(0.9 / 0.8 * A, 0.2 / 0.5 * B, 0.5 / 0.25 * C)


def test_dimp_with_an_exponent_and_clipped() -> None:
    # squared 1.265625, 0.16 and 4; clipped into [0.5, 2]
    found = value("dimp", weight_exponent=2.0, weight_low=0.5, weight_high=2.0)
    assert found == mean(1.265625 * A, 0.5 * B, 2.0 * C)


def test_no_gradient_flows_through_the_denominator_of_dimp() -> None:
    # With the weight w held fixed, d loss / d logit of the given label is w (P - 1) / 3.
    logits = LOGITS.clone().requires_grad_(True)

    loss("dimp", logits=logits).backward()

    weights = (0.9 / 0.8, 0.2 / 0.5, 0.5 / 0.25)
    given = [weight * (p - 1) / 3 for weight, p in zip(weights, (0.8, 0.5, 0.25), strict=True)]
    assert [float(logits.grad[0, 0]), float(logits.grad[1, 0]), float(logits.grad[2, 1])] == (
        pytest.approx(given, rel=1e-5)
    )


def test_an_exponent_of_zero_is_cross_entropy() -> None:
    assert value("imp", weight_exponent=0.0) == mean(A, B, C)
    assert value("dimp", weight_exponent=0.0) == mean(A, B, C)


def test_a_student_that_gives_the_label_no_chance_does_not_break_dimp() -> None:
    logits = torch.tensor([[-500.0, 500.0], [0.0, 0.0], [0.0, 0.0]], requires_grad=True)

    found = loss("dimp", logits=logits)
    found.backward()

    assert math.isfinite(found.item())
    assert bool(torch.isfinite(logits.grad).all())


def test_rows_that_all_weigh_nothing_teach_nothing() -> None:
    rows = [replace(row, quality=0.0) for row in ROWS]

    assert value("imp", rows, weight_normalise=True) == 0
    assert value("dimp", rows, weight_normalise=True) == 0


def test_the_order_of_rows_does_not_matter() -> None:
    for name in ("cross_entropy", "soft", "agreement", "imp", "dimp"):
        back = value(name, ROWS[::-1], LOGITS.flip(0), class_weights="balanced")

        assert back == pytest.approx(value(name, class_weights="balanced"))


def test_a_batch_names_its_rows_by_their_places() -> None:
    objective = prepared("imp")

    # c before a, b not in the batch
    found = objective(LOGITS[[2, 0]], torch.tensor([2, 0]))

    assert float(found) == pytest.approx((1.0 * C + 1.5 * A) / 2)


def test_the_summary_of_imp_is_known_before_the_first_step() -> None:
    found = prepared("imp").summary()

    assert found is not None
    assert found.effective == pytest.approx(2.75**2 / (1.5**2 + 0.25**2 + 1))


def test_the_summary_of_dimp_speaks_of_weights_as_rows_were_last_seen() -> None:
    objective = prepared("dimp")
    flat = torch.zeros((2, 2))  # every label 0.5

    assert objective.summary() is None
    objective(LOGITS, PLACES)
    objective(flat, torch.tensor([1, 0]))
    found = objective.summary()

    # 0.9 and 0.2 over 0.5 now, 0.5 over 0.25 still
    assert found is not None
    assert found.rows == 3
    assert [found.lowest, found.highest] == pytest.approx([0.4, 2.0])
    assert found.effective == pytest.approx(4.2**2 / (1.8**2 + 0.4**2 + 2**2))


def test_a_restored_loss_goes_on_with_the_weights_it_had() -> None:
    first, second = prepared("dimp"), prepared("dimp")
    first(LOGITS, PLACES)

    second.restore(first.state())

    assert second.summary() == first.summary()
