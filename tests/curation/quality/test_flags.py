"""Figures of everybody together, and what is flagged in which words."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np

from curation.quality import (
    AnnotatorFigures,
    Answers,
    Estimate,
    Flag,
    Limits,
    annotator_figures,
    flags,
    votes_only,
)
from curation.quality.types import KINDS
from tests.curation.quality.crowds import crowd_answers


def figures_with(
    *, answers: int = 40, careless: float = 0.0, **figures: object
) -> AnnotatorFigures:
    probability = dict.fromkeys(KINDS, 0.0) | {"attentive": 1 - careless, "careless": careless}
    return AnnotatorFigures(worker=7, answers=answers, probability=probability, **figures)  # type: ignore[arg-type]


def share(hits: int, n: int, **extra: float) -> Estimate:
    return Estimate(value=hits / n, low=0.0, high=1.0, n=n, **extra)


def kinds_of(found: list[Flag]) -> dict[str, str]:
    return {flag.kind: flag.level for flag in found}


def test_a_crowd_is_flagged_where_it_should_be_and_told_why() -> None:
    kinds = {"expert": 4, "ordinary": 8, "careless": 2, "adversarial": 1}
    found = flags(annotator_figures(crowd_answers(kinds, n_labels=2, tasks=140)))

    assert {(flag.worker, flag.kind) for flag in found} >= {
        (12, "careless"), (13, "careless"), (14, "adversarial"),
    }  # fmt: skip
    assert {flag.worker for flag in found} == {12, 13, 14}
    opposed = next(flag for flag in found if flag.worker == 14)
    assert opposed.sentence.startswith("Answers are the opposite of what the peers see")
    assert "Agrees with peers about as much as chance would (κ −0." in opposed.sentence


def test_figures_and_flags_are_json() -> None:
    figures = annotator_figures(crowd_answers({"expert": 3, "careless": 1}))

    told = json.dumps([one.as_json() for one in figures] + [f.as_json() for f in flags(figures)])

    assert json.loads(told)[0]["agreement"]["n"] > 0


def test_every_annotator_has_a_row_and_nobody_is_judged_without_answers() -> None:
    crowd = crowd_answers({"expert": 3})
    empty = annotator_figures(replace(crowd, n_workers=5))[4]

    assert empty.answers == 0
    assert (empty.verdict, empty.agreement, empty.skill) == ("undecided", None, None)
    assert flags([empty]) == []


def test_a_project_without_answers_has_figures_without_values() -> None:
    nothing = np.zeros(0, dtype=np.int64)
    answers: Answers = votes_only(nothing, nothing, nothing, n_tasks=0, n_workers=2, n_labels=2)

    figures = annotator_figures(answers)

    assert [one.answers for one in figures] == [0, 0]


def test_skips_alone_are_no_answers() -> None:
    crowd = crowd_answers({"expert": 3})
    skipped = replace(crowd, label=np.where(crowd.worker == 0, -1, crowd.label))

    figures = annotator_figures(skipped)

    assert figures[0].answers == 0
    assert figures[0].skips is not None
    assert figures[0].skips.value == 1.0


def test_carelessness_warns_from_likelier_than_not_and_pauses_when_nearly_sure() -> None:
    levels = [kinds_of(flags([figures_with(careless=p)])) for p in (0.4, 0.6, 0.95)]

    assert levels == [{}, {"careless": "warn"}, {"careless": "pause"}]


def test_nobody_is_flagged_as_careless_before_ten_answers() -> None:
    assert flags([figures_with(answers=9, careless=0.99)]) == []
    assert flags([figures_with(answers=9, careless=0.99)], Limits(min_answers=5)) != []


def test_gold_and_attention_are_flagged_by_how_sure_the_failure_is() -> None:
    assert flags([figures_with(gold=share(2, 3))]) == []
    assert kinds_of(flags([figures_with(gold=share(1, 4))])) == {"gold": "warn"}
    assert kinds_of(flags([figures_with(gold=share(0, 4))])) == {"gold": "warn"}
    assert kinds_of(flags([figures_with(gold=share(0, 5))])) == {"gold": "pause"}
    assert kinds_of(flags([figures_with(attention=share(0, 4))])) == {"attention": "pause"}
    assert flags([figures_with(attention=share(0, 2))]) == []


def test_one_button_and_patterns_need_more_than_what_is_usual() -> None:
    unusual = share(40, 40, expected=0.5, p_value=1e-6)
    usual = share(40, 40, expected=0.95, p_value=0.2)

    assert kinds_of(flags([figures_with(one_button=unusual)])) == {"one_button": "pause"}
    assert flags([figures_with(one_button=usual)]) == []
    assert kinds_of(flags([figures_with(pattern=unusual, period=2)])) == {"pattern": "pause"}
    assert flags([figures_with(pattern=usual, period=2)]) == []


def test_speed_and_inconsistency_only_warn() -> None:
    figures = figures_with(
        too_fast=share(39, 40), seconds=share(1, 1), consistency=share(1, 12, expected=0.5)
    )

    assert kinds_of(flags([figures])) == {"too_fast": "warn", "inconsistent": "warn"}


def test_repeats_say_nothing_about_a_habit_that_repeats_itself() -> None:
    assert flags([figures_with(consistency=share(12, 12, expected=1.0))]) == []


def test_a_sentence_says_counts_an_interval_and_the_limit() -> None:
    gold = Estimate(value=0.25, low=0.03, high=0.72, n=4)

    sentence = flags([figures_with(gold=gold)])[0].sentence

    assert sentence == (
        "Answered 1 of 4 gold items right (true share 3 to 72 %); 70 % are asked for."
    )
