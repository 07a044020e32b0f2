"""Study designs: what they cost by hand, what they forecast against a world that is known."""

from __future__ import annotations

import json

import numpy as np
import pytest

from curation.aggregation.result import Votes
from curation.designing import Grid, PilotTooSmall, StudyDesign, design_study
from curation.designing.design import Prices, annotators_needed
from curation.designing.precision import alpha_precision

SMALL = Grid(examples=(100, 400), votes=(2, 3, 5))


def pilot_of(rows: list[list[int]], *, n_labels: int = 2, n_annotators: int = 12) -> Votes:
    """A pilot in which example i got these labels, its votes given round about by all."""
    task = [number for number, labels in enumerate(rows) for _ in labels]
    return Votes(
        task=np.array(task, dtype=np.int64),
        worker=np.arange(len(task), dtype=np.int64) % n_annotators,
        label=np.array([label for labels in rows for label in labels], dtype=np.int64),
        n_tasks=len(rows),
        n_labels=n_labels,
    )


MIXED = pilot_of([[0, 0, 0]] * 20 + [[1, 1, 1]] * 15 + [[0, 0, 1]] * 10 + [[0, 1, 1]] * 5)


def design(pilot: Votes = MIXED, **options: object) -> StudyDesign:
    chosen: dict[str, object] = {"gamma": 0.8, "half_width": 0.1, "grid": SMALL, "studies": 40}
    return design_study(pilot, **{**chosen, **options})  # type: ignore[arg-type]


def test_every_size_of_the_grid_is_a_row_with_its_cost() -> None:
    plan = design(seconds_per_answer=9, price_per_answer=0.1, fee_share=0.25)

    sizes = [(row.examples, row.votes, row.answers) for row in plan.rows]
    assert sizes == [
        (100, 2, 200), (100, 3, 300), (100, 5, 500),
        (400, 2, 800), (400, 3, 1200), (400, 5, 2000),
    ]  # fmt: skip
    assert plan.rows[0].hours == pytest.approx(0.5)
    assert plan.rows[0].money == pytest.approx(25)


def test_without_prices_there_are_no_hours_and_no_money() -> None:
    row = design().rows[0]

    assert (row.hours, row.money, row.annotators) == (None, None, 2)


@pytest.mark.parametrize(
    ("prices", "needed"),
    [
        (Prices(), 3),  # a person answers an example once
        (Prices(most_per_annotator=100), 6),
        (Prices(most_per_annotator=101), 6),
        (Prices(most_per_annotator=300, most_hours=0.5, seconds_per_answer=30), 10),
        (Prices(most_hours=0.5), 3),  # hours say nothing while nobody knows the pace
        (Prices(most_hours=0.001, seconds_per_answer=30), 600),
    ],
)
def test_annotators_are_as_many_as_load_and_overlap_ask_for(prices: Prices, needed: int) -> None:
    assert annotators_needed(600, 3, prices) == needed


def test_more_examples_narrow_alpha_and_more_votes_correct_decisions() -> None:
    by_size = {(row.examples, row.votes): row for row in design().rows}

    widths = [by_size[n, 3].half_width for n in (100, 400)]
    assert widths[0] == pytest.approx(2 * (widths[1] or 0), rel=0.15)  # four times the examples
    assert by_size[400, 5].wrong < by_size[400, 2].wrong


def test_the_cheapest_size_that_reaches_the_wishes_is_recommended() -> None:
    plan = design(half_width=0.12)

    enough = [row for row in plan.rows if row.chance >= 0.8]
    assert plan.recommended is not None
    assert plan.recommended.answers == min(row.answers for row in enough)
    assert plan.sentence.startswith(f"Ask for {plan.recommended.votes} votes on each of ")


def test_wishes_add_up() -> None:
    loose, strict = design(half_width=0.2), design(half_width=0.2, kept_half_width=0.05)

    assert loose.recommended is not None
    assert strict.recommended is not None
    assert loose.recommended.examples == 100
    assert strict.recommended.examples == 400


def test_a_wish_that_nothing_reaches_is_said() -> None:
    plan = design(half_width=0.001, most_wrong=0.01)

    assert plan.recommended is None
    assert plan.sentence.startswith(
        "None of the sizes looked at gives α within ±0.001 and at most 1% wrong decisions"
    )
    assert "the best, 400 examples with 5 votes each, in 0%" in plan.sentence


def test_a_small_pilot_widens_the_forecast_and_says_so() -> None:
    rows = [[0, 0, 0]] * 4 + [[1, 1, 1]] * 3 + [[0, 0, 1]] * 2 + [[0, 1, 1]]
    small, large = design(pilot_of(rows)), design(pilot_of(rows * 20))

    def spread(plan: StudyDesign) -> float:
        return plan.rows[-1].kept_high - plan.rows[-1].kept_low

    assert spread(small) > 2 * spread(large)
    assert "The pilot has 10 examples" in small.notes[0]
    assert large.notes == ()


def test_few_annotators_and_few_votes_are_noted() -> None:
    rows = [[0, 0]] * 30 + [[1, 1]] * 25 + [[0, 1]] * 5

    notes = design(pilot_of(rows, n_annotators=2)).notes

    assert "votes of 2 annotators" in notes[0]
    assert "Most examples of the pilot have two votes" in notes[1]


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([[0, 1]] * 4 + [[0]] * 50, "has 4 examples with two votes or more"),
        ([[0, 0, 0]] * 50, "name one label"),
    ],
)
def test_a_pilot_that_says_nothing_is_refused(rows: list[list[int]], says: str) -> None:
    with pytest.raises(PilotTooSmall, match=says):
        design(pilot_of(rows))


def test_the_same_seed_gives_the_same_plan() -> None:
    assert design(seed=3) == design(seed=3)
    assert design(seed=3) != design(seed=4)


def test_a_plan_is_plain_json() -> None:
    plan = design(price_per_answer=0.05)

    told = json.loads(json.dumps(plan.as_json(), allow_nan=False))

    assert told["sentence"] == plan.sentence
    assert told["pilot"] == {"examples": 50, "annotators": 12}
    assert told["rows"][0]["money"] == pytest.approx(10)


def test_in_a_known_world_the_forecast_holds_what_comes() -> None:
    # shares of label 0 are Beta(1, 0.5) in the pilot and in the study, 24 times over
    rng = np.random.default_rng(7)
    grid = Grid(examples=(300,), votes=(5,))
    held_kept = held_wrong = held_width = 0
    for number in range(24):
        pilot_shares = rng.beta(1, 0.5, 50)
        labels = (rng.random((50, 3)) >= pilot_shares[:, None]).astype(int)
        (row,) = design(pilot_of(labels.tolist()), grid=grid, seed=number).rows
        shares = rng.beta(1, 0.5, 300)
        firsts = rng.binomial(5, shares)
        kept = np.maximum(firsts, 5 - firsts) >= 4
        wrong = (kept != (np.maximum(shares, 1 - shares) >= 0.8)).mean()
        held_kept += row.kept_low <= kept.mean() <= row.kept_high
        held_wrong += row.wrong_low <= wrong <= row.wrong_high
        width = alpha_precision(np.column_stack([firsts, 5 - firsts])).half_width
        held_width += (row.half_width_low or 1) <= width <= (row.half_width_high or 0)

    # in longer runs nine of ten; three standard errors below is 18
    assert min(held_kept, held_wrong, held_width) >= 18
