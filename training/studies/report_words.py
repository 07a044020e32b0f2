"""Sentences of a study's report. They claim no more than the corrected p-value does."""

from __future__ import annotations

from collections.abc import Sequence

from curation.reporting import wording
from training.studies.report_shape import Band, Budget


def pair_sentence(
    first: str,
    second: str,
    difference: Band,
    *,
    p: float | None,
    p_holm: float | None,
    size: str,
) -> str:
    """What came of a comparison.

    Args:
        size: what it rests on, for example "3 seeds, 500 test rows".

    >>> band = Band(mean=0.031, low=0.01, high=0.052)
    >>> said = pair_sentence("a", "b", band, p=0.004, p_holm=0.012, size="5 seeds")
    >>> said.replace(wording.NO_BREAK, " ")
    'a is better than b: macro-F1 +0.031 (0.010 to 0.052; 5 seeds; p = 0.004, corrected 0.012).'
    """
    numbers = f"macro-F1 {wording.signed(difference['mean'])} ({_between(difference)}; {size}"
    if p is None or p_holm is None:
        return f"{first} against {second}: {numbers}; a test needs 3 seeds)."
    numbers += f"; {wording.p_words(p)}, corrected {wording.p_value(p_holm)})."
    word = "better" if difference["mean"] > 0 else "worse"
    if p_holm < wording.ALPHA:
        return f"{first} is {word} than {second}: {numbers}"
    if p < wording.ALPHA:
        alone = "taken by itself, but not among all pairs compared"
        return f"{first} is {word} than {second} {alone}: {numbers}"
    return f"No difference between {first} and {second} can be seen: {numbers}"


def overall_sentence(
    first: str, second: str, mean: float, *, higher: int, projects: int, p: float | None
) -> str:
    """
    >>> overall_sentence("a", "b", 0.02, higher=3, projects=4, p=0.2)
    'a is higher than b in 3 of 4 projects, by +0.020 macro-F1 on average (corrected p = 0.200).'
    """
    words = f"{first} is higher than {second} in {higher} of {wording.plural(projects, 'project')}"
    tested = f"corrected {wording.p_words(p)}" if p is not None else "not tested over projects"
    return f"{words}, by {wording.signed(mean)} macro-F1 on average ({tested})."


def budget_sentence(first: str, second: str, budget: Budget) -> str:
    """Whether both had the same to learn from."""
    rows = f"{first} had {rows_words(budget['first_rows'])} and {second} "
    rows += rows_words(budget["second_rows"])
    if budget["same_rows"]:
        rows = f"Both had {rows_words(budget['first_rows'])}"
    if budget["first_steps"] is None or budget["second_steps"] is None:
        return f"{rows}."
    if budget["same_steps"]:
        return f"{rows}; both took {span(budget['first_steps'])} steps."
    steps = f"{span(budget['first_steps'])} and {span(budget['second_steps'])}"
    return f"{rows}; they took {steps} steps, so what differs may be the training."


def rows_words(rows: Sequence[int]) -> str:
    """
    >>> rows_words([1000, 1000]), rows_words([298, 301]), rows_words([1, 1])
    ('1,000 rows', '298 to 301 rows', '1 row')
    """
    return f"{span(rows)} {'row' if list(rows) == [1, 1] else 'rows'}"


def span(ends: Sequence[int]) -> str:
    low, high = ends
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def is_sure(p_holm: float | None) -> bool:
    """Whether a difference stands after the correction for all comparisons.

    >>> is_sure(0.049), is_sure(0.05), is_sure(None)
    (True, False, False)
    """
    return p_holm is not None and p_holm < wording.ALPHA


def interval(band: Band) -> str:
    """
    >>> interval(Band(mean=0.5861, low=0.51, high=0.665))
    '0.586 (0.510 to 0.665)'
    """
    return f"{wording.decimal(band['mean'])} ({_ends(band)})"


def difference(band: Band) -> str:
    """
    >>> difference(Band(mean=0.05, low=-0.01, high=0.11))
    '+0.050 (−0.010 to 0.110)'
    """
    return f"{wording.signed(band['mean'])} ({_ends(band)})"


def _ends(band: Band) -> str:
    return f"{wording.decimal(band['low'])} to {wording.decimal(band['high'])}"


def _between(band: Band) -> str:
    return wording.between(band["low"], band["high"])
