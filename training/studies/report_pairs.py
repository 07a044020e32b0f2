"""Planned comparisons: on each board, and over all projects together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from curation.datasets.sources import chosen_against_drawn, draws_by_seed
from curation.reporting import wording
from training.evaluation.holm import holm
from training.evaluation.intervals import COVERAGE
from training.evaluation.paired import FEWEST_SEEDS, paired_test
from training.studies.plan import Arm, StudyPlan
from training.studies.report_arms import extent
from training.studies.report_input import ArmRuns, BoardInput
from training.studies.report_shape import Band, Board, Budget, Overall, Pair
from training.studies.report_words import budget_sentence, overall_sentence, pair_sentence


def pair_of(board: BoardInput, first: str, second: str) -> Pair:
    """One comparison, not yet corrected for the others."""
    one, other = board.arms[first], board.arms[second]
    seeds = sorted(one.by_seed.keys() & other.by_seed.keys())
    pair: Pair = {
        "first": first,
        "second": second,
        "difference": None,
        "p": None,
        "p_holm": None,
        "seeds": len(seeds),
        "rows": len(board.gold),
        "budget": None,
        "reason": "",
        "sentence": "",
    }
    if not seeds or len(board.gold) < 2:
        missing = "no seed that both have finished" if not seeds else "one test row only"
        reason = f"{first} and {second} cannot be compared: there is {missing}."
        return {**pair, "reason": reason, "sentence": reason}
    predicted = one.predicted(seeds), other.predicted(seeds)
    luck = _one_draw(one.arm, other.arm)
    labels = board.project.n_labels
    found = paired_test(board.gold, *predicted, n_labels=labels, one_draw=luck)
    return {
        **pair,
        "difference": {"mean": found.mean, "low": found.low, "high": found.high},
        "p": found.p if len(seeds) >= FEWEST_SEEDS else None,
        "budget": _budget(one, other, seeds),
    }


def _one_draw(first: Arm, second: Arm) -> bool:
    """Whether one arm learns from one choice of texts where the other draws anew at every seed."""
    if any(arm.keep_quality and draws_by_seed(arm.quality) for arm in (first, second)):
        return False  # what a checker keeps differs as the rows do that it learned from
    kept = [arm.keep_quality > 0 and not draws_by_seed(arm.source) for arm in (first, second)]
    drawn = [not arm.keep_quality and draws_by_seed(arm.source) for arm in (first, second)]
    by_checker = (kept[0] and drawn[1]) or (kept[1] and drawn[0])
    return by_checker or chosen_against_drawn(first.source, second.source)


def _budget(one: ArmRuns, other: ArmRuns, seeds: Sequence[int]) -> Budget:
    rows, steps = [], []
    for runs in (one, other):
        outcomes = [runs.by_seed[seed] for seed in seeds]
        rows.append(extent(outcome.train_rows for outcome in outcomes) or [0, 0])
        steps.append(extent(each.steps for each in outcomes if each.steps is not None))
    budget: Budget = {
        "first_rows": rows[0],
        "second_rows": rows[1],
        "same_rows": rows[0] == rows[1],
        "first_steps": steps[0],
        "second_steps": steps[1],
        "same_steps": steps[0] == steps[1],
        "sentence": "",
    }
    return {**budget, "sentence": budget_sentence(one.name, other.name, budget)}


def correct(boards: Sequence[Board]) -> None:
    """Write Holm's p-values, over all pairs of all boards, and the sentences into the boards."""
    pairs = [pair for board in boards for pair in board["pairs"]]
    tested = [pair for pair in pairs if pair["p"] is not None]
    for pair, p in zip(tested, holm([pair["p"] or 0.0 for pair in tested]), strict=True):
        pair["p_holm"] = p
    for pair in pairs:
        if pair["difference"] is not None:
            size = f"{wording.plural(pair['seeds'], 'seed')}, "
            size += wording.plural(pair["rows"], "test row")
            pair["sentence"] = pair_sentence(
                pair["first"],
                pair["second"],
                pair["difference"],
                p=pair["p"],
                p_holm=pair["p_holm"],
                size=size,
            )


def overall(plan: StudyPlan, boards: Sequence[Board]) -> list[Overall]:
    """Each planned pair with each classifier, projects taken as drawn from others like them.

    One number from each project, its mean difference, and Student's t over projects: how sure
    each of them is does not enter. Corrected among each other by Holm.
    """
    found = [
        _overall(classifier, first, second, boards)
        for classifier in plan.classifiers
        for first, second in plan.pairs
    ]
    tested = [one for one in found if one["p"] is not None]
    for one, p in zip(tested, holm([one["p"] or 0.0 for one in tested]), strict=True):
        one["p_holm"] = p
    for one in found:
        one["sentence"] = _overall_words(one)
    return found


def _overall(classifier: str, first: str, second: str, boards: Sequence[Board]) -> Overall:
    means = np.array(
        [
            pair["difference"]["mean"]
            for board in boards
            if board["classifier"] == classifier
            for pair in board["pairs"]
            if (pair["first"], pair["second"]) == (first, second) and pair["difference"]
        ]
    )
    difference, p = over_projects(means)
    return {
        "classifier": classifier,
        "first": first,
        "second": second,
        "projects": len(means),
        "higher": int((means > 0).sum()),
        "lower": int((means < 0).sum()),
        "difference": difference,
        "mean": float(means.mean()) if len(means) else None,
        "p": p,
        "p_holm": None,
        "sentence": "",
    }


def over_projects(means: np.typing.NDArray[np.float64]) -> tuple[Band | None, float | None]:
    """Mean of (P,) differences with its 95 % interval by Student's t, and the two-sided p-value.

    None with fewer than 2 projects. Differences that are all the same have no spread to judge
    by: their interval is the mean itself, and p is 1 for 0 and 2^(1 − P), that of signs, else.

    >>> band, p = over_projects(np.array([0.01, 0.03]))
    >>> band["mean"], round(p, 3)
    (0.02, 0.295)
    """
    from scipy.special import stdtr, stdtrit

    if len(means) < 2:
        return None, None
    degrees, mean = len(means) - 1, float(means.mean())
    error = float(means.std(ddof=1) / np.sqrt(len(means))) if np.ptp(means) else 0.0
    reach = float(stdtrit(degrees, (1 + COVERAGE) / 2)) * error
    band: Band = {"mean": mean, "low": max(-1.0, mean - reach), "high": min(1.0, mean + reach)}
    if error == 0:
        return band, 1.0 if mean == 0 else 2.0 ** (1 - len(means))
    return band, 2 * float(stdtr(degrees, -abs(mean) / error))


def _overall_words(one: Overall) -> str:
    if one["mean"] is None:
        return f"{one['first']} and {one['second']} could not be compared in any project."
    return overall_sentence(
        one["first"],
        one["second"],
        one["mean"],
        higher=one["higher"],
        projects=one["projects"],
        p=one["p_holm"],
    )
