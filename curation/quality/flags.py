"""Figures → what a person should look at, and what should stop until they did."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any

from curation.quality.estimates import Estimate, probability_below
from curation.quality.figures import AnnotatorFigures
from curation.quality.reasons import count, interval

WARN, PAUSE = "warn", "pause"
TELLING = 0.8  # with a habit that repeats itself more often than this, repeats say nothing


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Where a flag begins. Shares lie in [0, 1]."""

    min_answers: int = 10  # labels given, before anything but known answers is judged
    min_known: int = 3  # gold items, attention checks or repeated texts answered
    warn: float = 0.5  # probability of being careless or adversarial
    pause: float = 0.9
    sure: float = 0.95  # probability that a share truly lies beyond its limit, to warn
    very_sure: float = 0.99  # to pause
    gold: float = 0.7  # share right, at least
    gold_to_pause: int = 5  # gold items answered: an honest annotator may fail the first few
    attention: float = 0.75  # share right, at least
    consistency: float = 0.25  # of the way from chance to always the same, at least
    too_fast: float = 0.5  # share of answers, at most
    one_button: float = 0.85  # share of one label, at most, where peers differ
    pattern: float = 0.8  # share of answers that follow from earlier ones, at most
    beyond: float = 0.15  # a label or a pattern must be this much commoner than is expected
    chance: float = 0.001  # p-value of a label or a pattern, at most


@dataclass(frozen=True, kw_only=True)
class Flag:
    """One reason to look at one annotator."""

    worker: int
    kind: str  # a key of CHECKS, or "adversarial"
    level: str  # "warn" or "pause"
    probability: float  # that the limit is truly passed
    sentence: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"probability": round(self.probability, 4)}


def flags(figures: Iterable[AnnotatorFigures], limits: Limits = Limits()) -> list[Flag]:
    """What stands out, annotator by annotator, in the order of CHECKS.

    Whoever disagrees with the peers is not flagged for that alone: "careless" needs answers that
    follow no text, "adversarial" opposition where the peers are of one mind.
    """
    return [
        flag
        for one in figures
        for check in CHECKS.values()
        if (flag := check(one, limits)) is not None
    ]


def _careless(figures: AnnotatorFigures, limits: Limits) -> Flag | None:
    """Either harms, so their probabilities add up; the likelier gives the name."""
    parts = {kind: figures.probability[kind] for kind in ("careless", "adversarial")}
    probability = sum(parts.values())
    if figures.answers < limits.min_answers or probability < limits.warn:
        return None
    kind = max(parts, key=parts.__getitem__)
    does = {
        "careless": "Answers hardly depend on the texts",
        "adversarial": "Answers are the opposite of what the peers see",
    }[kind]
    return Flag(
        worker=figures.worker,
        kind=kind,
        level=PAUSE if probability >= limits.pause else WARN,
        probability=probability,
        sentence=f"{does} ({_chances(probability)}). {' '.join(figures.reasons)}".strip(),
    )


def _chances(probability: float) -> str:
    return "probability above 0.99" if probability > 0.99 else f"probability {probability:.2f}"


def _gold(figures: AnnotatorFigures, limits: Limits) -> Flag | None:
    few = figures.gold is not None and figures.gold.n < limits.gold_to_pause
    most = WARN if few else PAUSE
    return _too_few_right(figures, "gold", "gold items", limits.gold, limits, most=most)


def _attention(figures: AnnotatorFigures, limits: Limits) -> Flag | None:
    return _too_few_right(figures, "attention", "attention checks", limits.attention, limits)


def _too_few_right(
    figures: AnnotatorFigures,
    kind: str,
    what: str,
    least: float,
    limits: Limits,
    *,
    most: str = PAUSE,
) -> Flag | None:
    estimate: Estimate | None = getattr(figures, kind)
    if estimate is None or estimate.n < limits.min_known:
        return None
    sentence = (
        f"Answered {count(estimate)} {what} right (true share {interval(estimate)}); "
        f"{100 * least:.0f} % are asked for."
    )
    return _sure(figures, kind, probability_below(estimate, least), sentence, limits, most=most)


def _inconsistent(figures: AnnotatorFigures, limits: Limits) -> Flag | None:
    estimate = figures.consistency
    if estimate is None or estimate.n < limits.min_known:
        return None
    chance = estimate.expected or 0.0
    if chance > TELLING:
        return None
    least = chance + limits.consistency * (1 - chance)
    sentence = (
        f"Gave {count(estimate)} repeated texts the same label again; "
        f"without reading it would be {100 * chance:.0f} %."
    )
    probability = probability_below(estimate, least)
    return _sure(figures, "inconsistent", probability, sentence, limits, most=WARN)


def _too_fast(figures: AnnotatorFigures, limits: Limits) -> Flag | None:
    estimate = figures.too_fast
    if estimate is None or estimate.n < limits.min_answers:
        return None
    usual = f"{figures.seconds.value:.1f} s in the middle" if figures.seconds else "no times"
    sentence = (
        f"{100 * estimate.value:.0f} % of {estimate.n} answers came faster than the text can be "
        f"read and, with peers to compare, three times faster than theirs ({usual})."
    )
    probability = 1 - probability_below(estimate, limits.too_fast)
    return _sure(figures, "too_fast", probability, sentence, limits, most=WARN)


def _one_button(figures: AnnotatorFigures, limits: Limits) -> Flag | None:
    """A label nearly always given; or, as a warning, one given to everything unread."""
    estimate = figures.one_button
    if estimate is None or figures.answers < limits.min_answers:
        return None
    sentence = (
        f"Gave the same label to {count(estimate)} texts; peers gave it to "
        f"{100 * (estimate.expected or 0.0):.0f} % of them."
    )
    leaning = figures.probability["leaning"]
    if leaning >= limits.warn:
        return _sure(figures, "one_button", leaning, sentence, limits, most=WARN, least=limits.warn)
    if not _unexpected(estimate, limits):
        return None
    probability = 1 - probability_below(estimate, limits.one_button)
    return _sure(figures, "one_button", probability, sentence, limits)


def _pattern(figures: AnnotatorFigures, limits: Limits) -> Flag | None:
    estimate = figures.pattern
    if estimate is None or figures.answers < limits.min_answers:
        return None
    if not _unexpected(estimate, limits):
        return None
    sentence = (
        f"{100 * estimate.value:.0f} % of {estimate.n} answers equal the one {figures.period} "
        f"before; {100 * (estimate.expected or 0.0):.0f} % would be usual."
    )
    probability = 1 - probability_below(estimate, limits.pattern)
    return _sure(figures, "pattern", probability, sentence, limits)


def _unexpected(estimate: Estimate, limits: Limits) -> bool:
    """Whether a share is far above what is expected, and not by chance."""
    by_chance = 1.0 if estimate.p_value is None else estimate.p_value
    far = estimate.value - (estimate.expected or 0.0) >= limits.beyond
    return far and by_chance <= limits.chance


def _sure(
    figures: AnnotatorFigures,
    kind: str,
    probability: float,
    sentence: str,
    limits: Limits,
    *,
    most: str = PAUSE,
    least: float | None = None,
) -> Flag | None:
    """A flag, if the limit is passed with enough certainty.

    Args:
        most: the strongest level this kind alone may reach.
        least: the probability from which to warn, if not the usual one.
    """
    if probability < (limits.sure if least is None else least):
        return None
    level = most if probability >= limits.very_sure else WARN
    return Flag(
        worker=figures.worker, kind=kind, level=level, probability=probability, sentence=sentence
    )


CHECKS: dict[str, Callable[[AnnotatorFigures, Limits], Flag | None]] = {
    "careless": _careless,
    "gold": _gold,
    "attention": _attention,
    "one_button": _one_button,
    "pattern": _pattern,
    "too_fast": _too_fast,
    "inconsistent": _inconsistent,
}
