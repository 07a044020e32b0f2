"""Why an annotator is judged so, in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from curation.quality.estimates import Estimate

if TYPE_CHECKING:
    from curation.quality.figures import AnnotatorFigures

AGREES = 0.2  # κ from which agreement speaks for reading
REPEATS = 0.7  # share of repeated texts from which self-consistency does


def interval(estimate: Estimate, *, percent: bool = True) -> str:
    """The 95 % interval in words.

    >>> interval(Estimate(value=0.5, low=0.215, high=0.785, n=10))
    '22 to 78 %'
    >>> interval(Estimate(value=0.5, low=0.2, high=0.8, n=10), percent=False)
    '0.20 to 0.80'
    """
    if percent:
        return f"{100 * estimate.low:.0f} to {100 * estimate.high:.0f} %"
    return f"{estimate.low:.2f} to {estimate.high:.2f}".replace("-", "−")


def count(estimate: Estimate) -> str:
    """A share as "hits of n".

    >>> count(Estimate(value=0.25, low=0.1, high=0.6, n=8))
    '2 of 8'
    """
    return f"{round(estimate.value * estimate.n)} of {estimate.n}"


def reasons_for(figures: AnnotatorFigures, verdict: str) -> tuple[str, ...]:
    """Sentences about every figure that bears on the verdict, gold and attention first."""
    found = [
        *_known(figures.gold, "gold items"),
        *_known(figures.attention, "attention checks"),
        *_about(figures.consistency, _consistency),
        *_about(figures.agreement, _agreement),
    ]
    if figures.consistency and verdict != "adversarial" and _recalls(figures.consistency):
        found.append("Somebody so consistent reads: disagreement is opinion.")
    if verdict == "leaning":
        found += _about(figures.one_button, _leaning)
    if verdict == "own_view":
        found.append(
            "Answers follow the texts, though not as most peers see them: one other annotator "
            "sees them alike, or repeated texts get the same label again."
        )
    return tuple(found)


def _about(estimate: Estimate | None, say: Callable[[Estimate], str]) -> list[str]:
    return [] if estimate is None else [say(estimate)]


def _known(estimate: Estimate | None, what: str) -> list[str]:
    if estimate is None:
        return []
    return [f"Answered {count(estimate)} {what} right (true share {interval(estimate)})."]


def _consistency(estimate: Estimate) -> str:
    habit = 100 * (estimate.expected or 0.0)
    return (
        f"Gave {count(estimate)} repeated texts the same label again; "
        f"without reading it would be {habit:.0f} %."
    )


def _recalls(estimate: Estimate) -> bool:
    """Whether repeated texts are surely told from others."""
    return estimate.value >= REPEATS and estimate.low > (estimate.expected or 0.0)


def _agreement(estimate: Estimate) -> str:
    value = f"{estimate.value:.2f}".replace("-", "−")
    size = f"κ {value}, {interval(estimate, percent=False)}, {estimate.n} tasks"
    if estimate.high < 0:
        return f"Agrees with peers less than chance would ({size})."
    if estimate.low > 0 or estimate.value >= AGREES:
        return f"Agrees with peers more than chance would ({size})."
    return f"Agrees with peers about as much as chance would ({size})."


def _leaning(estimate: Estimate) -> str:
    return (
        f"Gave one label to {100 * estimate.value:.0f} % of texts where peers gave it to "
        f"{100 * (estimate.expected or 0.0):.0f} %, but reads some."
    )
