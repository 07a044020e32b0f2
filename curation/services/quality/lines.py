"""Annotators as pages and commands list them: figures, flags, counts and standing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from curation.models import Annotator, Project
from curation.quality import PAUSE, Estimate
from curation.services.quality.measuring import Measured, measured

VERDICTS = {
    "attentive": "reads the texts",
    "careless": "careless",
    "adversarial": "answers against the texts",
    "own_view": "a view of their own",
    "leaning": "leans to one label",
    "undecided": "not clear yet",
}
FLAGS = {
    "careless": "careless",
    "adversarial": "against the texts",
    "gold": "known answers wrong",
    "attention": "attention checks missed",
    "inconsistent": "contradicts themselves",
    "too_fast": "too fast",
    "one_button": "one button",
    "pattern": "a pattern",
}


@dataclass(frozen=True, kw_only=True)
class FlagLine:
    kind: str
    title: str
    level: str  # "warn" or "pause"
    probability: float
    sentence: str


@dataclass(frozen=True, kw_only=True)
class AnnotatorLine:
    """One annotator. Figures are those of the last measuring, the standing is that of now."""

    annotator: Annotator
    answers: int  # labels given, checks and repeats included
    votes: int
    checks: int
    skips: int
    rounds: tuple[int, ...]  # numbers
    last: datetime | None  # answer; None where no front told when
    verdict: str  # a key of VERDICTS
    harm: float  # probability of being careless or adversarial
    reasons: tuple[str, ...]
    flags: tuple[FlagLine, ...]
    figures: Mapping[str, Estimate]  # those that exist
    favourite: int | None  # position of the label given most
    period: int | None

    @property
    def words(self) -> str:
        return VERDICTS[self.verdict]

    @property
    def doubt(self) -> tuple[int, float]:
        """For sorting: how strongly somebody should look at this person."""
        strongest = max((1 + (flag.level == PAUSE) for flag in self.flags), default=0)
        return strongest, self.harm if self.answers else 0.0

    def as_json(self) -> dict[str, Any]:
        plain = {
            "name": self.annotator.name,
            "simulated": self.annotator.simulated,
            "standing": self.annotator.standing,
        }
        named = ("answers", "votes", "checks", "skips", "verdict", "harm", "favourite", "period")
        return {
            **plain,
            **{name: getattr(self, name) for name in named},
            "rounds": list(self.rounds),
            "last": self.last and self.last.isoformat(),
            "reasons": list(self.reasons),
            "flags": [vars(flag) for flag in self.flags],
            "figures": {name: figure.as_json() for name, figure in self.figures.items()},
        }


@dataclass(frozen=True, kw_only=True)
class Lines:
    at: datetime | None  # when the figures were worked out; None: not yet
    answers: int  # that they rest on
    fresh: bool
    people: list[AnnotatorLine]  # most doubtful first


def annotator_lines(
    project: Project, *, at_most: int | None = None, patience: float = 0.0
) -> Lines:
    """Everybody of the project, those to look at first.

    Args:
        at_most, patience: see `measuring.measured`.
    """
    known = measured(project, at_most=at_most, patience=patience)
    people = [line_of(annotator, known) for annotator in project.annotators.order_by("name")]
    people.sort(key=lambda line: (*(-part for part in line.doubt), line.annotator.name))
    return Lines(
        at=known.at if known else None,
        answers=known.answers if known else 0,
        fresh=known is not None and known.fresh,
        people=people,
    )


def line_of(annotator: Annotator, known: Measured | None) -> AnnotatorLine:
    """One annotator's line; without figures where they were not measured yet."""
    found = known.people.get(annotator.pk, {}) if known else {}
    probability = found.get("probability", {})
    last = found.get("last")
    return AnnotatorLine(
        annotator=annotator,
        answers=found.get("answers", 0),
        votes=found.get("votes", 0),
        checks=found.get("checks", 0),
        skips=found.get("skipped", 0),
        rounds=tuple(found.get("rounds", ())),
        last=datetime.fromisoformat(last) if last else None,
        verdict=found.get("verdict", "undecided"),
        harm=round(probability.get("careless", 0.0) + probability.get("adversarial", 0.0), 4),
        reasons=tuple(found.get("reasons", ())),
        flags=tuple(
            FlagLine(title=FLAGS.get(flag["kind"], flag["kind"]), **flag)
            for flag in found.get("flags", ())
        ),
        figures=figures_of(found),
        favourite=found.get("favourite"),
        period=found.get("period"),
    )


def figures_of(person: Mapping[str, Any]) -> dict[str, Estimate]:
    """The figures that exist, of one of `Measured.people`."""
    return {
        name: Estimate(**figure)
        for name, figure in person.get("figures", {}).items()
        if figure and "value" in figure
    }
