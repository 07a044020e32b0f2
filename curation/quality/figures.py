"""All figures of every annotator of a project."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from curation.quality.answers import ATTENTION, GOLD, QUALIFICATION, Answers
from curation.quality.estimates import Estimate
from curation.quality.known import accuracy, self_consistency, skip_share
from curation.quality.mixture import Types, annotator_types, peers_of_all
from curation.quality.patterns import favourites, patterns
from curation.quality.peers import peer_agreement
from curation.quality.reasons import reasons_for
from curation.quality.skill import skill
from curation.quality.speed import too_fast, typical_seconds
from curation.quality.types import KINDS

DECIDED = 0.5  # probability from which a type is named: likelier than not
UNDECIDED = "undecided"


@dataclass(frozen=True, kw_only=True)
class AnnotatorFigures:
    """What is known of one annotator. A figure is None where nothing is there to compute it from.

    `probability` adds all evidence but time, order and favourite label up to the types of
    `curation.quality.types`; `verdict` is one of them, or "undecided".
    """

    worker: int
    answers: int  # labels given, repeats included
    probability: Mapping[str, float]  # by type, sums to 1
    verdict: str = UNDECIDED
    reasons: tuple[str, ...] = ()  # sentences, the heaviest first
    tracking: Estimate | None = None  # in [-1, 1]: how closely answers follow the peers' view
    agreement: Estimate | None = None  # κ with peers, at most 1, 0 is chance
    skill: Estimate | None = None  # accuracy by Dawid and Skene's model
    gold: Estimate | None = None  # share right
    attention: Estimate | None = None  # share right
    qualification: Estimate | None = None  # share right
    consistency: Estimate | None = None  # share of repeated texts labelled as before
    seconds: Estimate | None = None  # median per answer
    too_fast: Estimate | None = None  # share of answers
    skips: Estimate | None = None  # share of tasks
    one_button: Estimate | None = None  # share of the label given most
    favourite: int | None = None  # that label
    pattern: Estimate | None = None  # share of answers that follow from earlier ones
    period: int | None = field(default=None)  # how many answers earlier

    def as_json(self) -> dict[str, Any]:
        """Plain values; figures that are None stay None."""
        plain = {name: getattr(self, name) for name in self.__dataclass_fields__}
        plain["probability"] = {kind: round(p, 4) for kind, p in self.probability.items()}
        plain["reasons"] = list(self.reasons)
        return {
            name: value.as_json() if isinstance(value, Estimate) else value
            for name, value in plain.items()
        }


def annotator_figures(answers: Answers, *, seed: int = 0) -> list[AnnotatorFigures]:
    """The figures of every annotator, by worker code.

    Args:
        seed: of the shuffles that order of answering is compared with.

    Returns:
        W figures. 100,000 answers of 200 annotators with 5 labels take a few seconds and 150 MB;
        memory grows with answers × labels.
    """
    types = annotator_types(answers)
    columns = {**_plain(answers), **_given_peers(answers, types, seed=seed)}
    given = answers.labelled().per_worker()
    return [
        _judged(
            AnnotatorFigures(
                worker=worker,
                answers=int(given[worker]),
                probability=dict(zip(KINDS, types.probability[worker].tolist(), strict=True)),
                **{name: column[worker] for name, column in columns.items()},
            )
        )
        for worker in range(answers.n_workers)
    ]


def _plain(answers: Answers) -> dict[str, list[Any]]:
    """Figures that the answers give by themselves: name → one for each annotator."""
    return {
        "agreement": peer_agreement(answers),
        "skill": skill(answers),
        "gold": accuracy(answers, GOLD),
        "attention": accuracy(answers, ATTENTION),
        "qualification": accuracy(answers, QUALIFICATION),
        "consistency": self_consistency(answers),
        "seconds": typical_seconds(answers),
        "too_fast": too_fast(answers),
        "skips": skip_share(answers),
    }


def _given_peers(answers: Answers, types: Types, *, seed: int) -> dict[str, list[Any]]:
    """Figures that rest on what peers probably saw: name → one for each annotator."""
    one_button = favourites(answers, types.peers)
    pattern = patterns(answers, peers_of_all(answers, types.peers), seed=seed)
    return {
        "one_button": [one and one.share for one in one_button],
        "favourite": [one and one.label for one in one_button],
        "pattern": [one and one.share for one in pattern],
        "period": [one and one.period for one in pattern],
        "tracking": _tracking(answers, types),
    }


def _tracking(answers: Answers, types: Types) -> list[Estimate | None]:
    n = answers.first().per_worker()
    found: list[Estimate | None] = []
    for worker in range(answers.n_workers):
        value, low, high = types.interval(worker)
        estimate = Estimate(value=value, low=low, high=high, n=int(n[worker]))
        found.append(estimate if n[worker] else None)
    return found


def _judged(figures: AnnotatorFigures) -> AnnotatorFigures:
    """With the verdict and the reasons for it."""
    if not figures.answers:
        return figures
    verdict = verdict_of(figures.probability)
    return replace(figures, verdict=verdict, reasons=reasons_for(figures, verdict))


def verdict_of(probability: Mapping[str, float]) -> str:
    """The type that is decided, if one is.

    Careless and adversarial count together, since either harms: the likelier of them is named.

    >>> verdict_of({"attentive": 0.3, "careless": 0.4, "adversarial": 0.3})
    'careless'
    >>> verdict_of({"attentive": 0.4, "careless": 0.3, "adversarial": 0.1})
    'undecided'
    """
    harmful = ("careless", "adversarial")
    if sum(probability[kind] for kind in harmful) >= DECIDED:
        return max(harmful, key=probability.__getitem__)
    likeliest = max(probability, key=probability.__getitem__)
    return likeliest if probability[likeliest] >= DECIDED else UNDECIDED
