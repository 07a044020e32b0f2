"""What aggregators say where there is little to say, and what they refuse."""

from __future__ import annotations

import numpy as np
import pytest

from curation.aggregation import AGGREGATORS, SKILLS, WITH_PREDICTIONS, Aggregated, Votes
from curation.aggregation.mmsr import mmsr
from curation.aggregation.one_coin import one_coin
from curation.aggregation.result import AggregatorRefused, most_probable
from curation.aggregation.wawa import wawa
from curation.aggregation.zero_based_skill import zero_based_skill
from tests.curation.aggregation.voting import answer, make_votes

ALWAYS = [name for name in AGGREGATORS if name != "mmsr"]  # never refuse


def labelled(name: str, votes: Votes) -> Aggregated:
    found = AGGREGATORS[name](votes)
    assert np.isfinite(found.probabilities).all()
    assert np.allclose(found.probabilities.sum(axis=1), 1)
    return found


@pytest.mark.parametrize("name", list(AGGREGATORS))
def test_nobody_voted_so_there_is_nothing_to_say(name: str) -> None:
    found = AGGREGATORS[name](make_votes([]))

    assert found.labels.shape == (0,)
    assert found.probabilities.shape == (0, 3)
    assert found.skills is not None
    assert found.skills.shape == (0,)


@pytest.mark.parametrize("name", ALWAYS)
def test_one_vote_is_the_label(name: str) -> None:
    found = labelled(name, make_votes([(0, 0, 2)]))

    assert found.labels.tolist() == [2]


@pytest.mark.parametrize("name", ALWAYS)
def test_one_annotator_is_believed(name: str) -> None:
    votes = make_votes([(0, 0, 2), (1, 0, 1), (2, 0, 2)])

    assert labelled(name, votes).labels.tolist() == [2, 1, 2]


@pytest.mark.parametrize("name", ALWAYS)
def test_where_all_name_one_label_it_is_certain(name: str) -> None:
    votes = make_votes([(task, worker, 1) for task in range(3) for worker in range(3)])

    found = labelled(name, votes)

    assert found.labels.tolist() == [1, 1, 1]
    assert found.probabilities[:, 1] == pytest.approx(1)


@pytest.mark.parametrize("name", ALWAYS)
def test_a_label_that_nobody_named_has_no_probability(name: str) -> None:
    found = labelled(name, make_votes([(0, 0, 0), (0, 1, 2), (1, 0, 2), (1, 1, 2)]))

    assert found.probabilities[:, 1].tolist() == [0, 0]


@pytest.mark.parametrize("name", ALWAYS)
def test_an_annotator_code_without_votes_has_no_skill(name: str) -> None:
    found = labelled(name, make_votes([(0, 0, 0), (1, 0, 1), (0, 2, 0), (1, 2, 1)]))

    assert found.skills is not None
    assert np.isnan(found.skills).tolist() == [False, True, False]


@pytest.mark.parametrize("name", list(AGGREGATORS))
def test_annotators_who_voted_alike_are_thought_of_alike(name: str) -> None:
    rows = [(task, worker, task % 2) for task in range(8) for worker in range(4)]
    rows = [(t, w, 1 - label if w == 3 and t < 2 else label) for t, w, label in rows]

    found = AGGREGATORS[name](make_votes(rows))

    assert found.skills is not None
    assert found.skills[0] == found.skills[1] == found.skills[2] > found.skills[3]


@pytest.mark.parametrize("weigh", [wawa, zero_based_skill])
def test_where_everybody_on_a_task_has_no_skill_heads_are_counted(weigh: object) -> None:
    # annotators 3 and 4 never agree with anybody, and have task 3 to themselves
    rows = [(task, worker, 0) for task in range(3) for worker in range(3)]
    rows += [(task, worker, 1) for task in range(3) for worker in (3, 4)]
    rows += [(3, 3, 2), (3, 4, 2), (3, 5, 0), (3, 6, 0), (3, 7, 0)]

    found = weigh(make_votes([row for row in rows if row[:2] not in {(3, 5), (3, 6), (3, 7)}]))  # type: ignore[operator]

    assert found.labels.tolist() == [0, 0, 0, 2]
    assert np.isfinite(found.probabilities).all()


def test_many_votes_against_one_task_do_not_underflow() -> None:
    # 400 annotators who are always right on 20 tasks, and split evenly on one more
    rows = [(task, worker, task % 2) for task in range(20) for worker in range(400)]
    rows += [(20, worker, worker % 2) for worker in range(400)]

    found = one_coin(make_votes(rows))

    assert np.isfinite(found.probabilities).all()
    assert found.labels[:20].tolist() == [task % 2 for task in range(20)]


def test_one_coin_takes_a_coin_that_is_always_wrong_for_what_it_is() -> None:
    rows = [(task, worker, task % 2) for task in range(20) for worker in range(3)]
    rows += [(task, 3, 1 - task % 2) for task in range(20)]

    found = one_coin(make_votes(rows))

    assert found.skills is not None
    assert found.skills.round(3).tolist() == [1, 1, 1, 0]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([(0, 0, 1), (1, 0, 0)], "needs three or more, but 1 voted"),
        ([(0, worker, 1) for worker in range(3)], "all votes name one label"),
        ([(0, 0, 1), (0, 1, 0), (0, 2, 1), (1, 3, 0), (1, 2, 0)], "1 of 4 share examples with"),
        (
            [(task, worker + 3 * task, worker % 2) for task in range(2) for worker in range(3)],
            "they fall into 2 groups that share none",
        ),
    ],
)
def test_m_msr_refuses_votes_that_do_not_tell_skills(
    rows: list[tuple[int, int, int]], words: str
) -> None:
    with pytest.raises(AggregatorRefused, match=words):
        mmsr(make_votes(rows))


def test_m_msr_refuses_what_fills_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(mmsr.__globals__, "MOST_CELLS", 20)
    rows = [(task, worker, task % 2) for task in range(8) for worker in range(3)]

    assert "3 × 8 is too large" in str(answer("mmsr", make_votes(rows)))


def test_every_aggregator_says_what_it_means_by_skill() -> None:
    assert set(SKILLS) == {*AGGREGATORS, *WITH_PREDICTIONS}


def test_ties_go_to_the_preferred_label() -> None:
    table = np.array([[0.4, 0.2, 0.4], [0.4, 0.4 + 1e-12, 0.2]])

    assert most_probable(table, np.array([2, 0, 1])).tolist() == [2, 0]
