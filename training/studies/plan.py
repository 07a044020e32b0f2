"""What a study compares: a matrix of projects, arms, classifiers and seeds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from training.fitting.config import FitConfig
from training.fitting.errors import BadConfig
from training.studies.errors import BadPlan

FILLED_IN = {"labels", "seed"}  # of a config: from the project and from the matrix
MOST_CELLS = 20_000  # a page that plans a study walks over them several times
CHECKED = ("imp", "dimp")  # losses that read what checkers said


@dataclass(frozen=True, kw_only=True)
class Arm:
    """One way of making a training set and of learning from it."""

    name: str  # unique within the study, as tables show it
    source: str  # as curation.datasets.sources reads it: "real", "real@100+synthetic", …
    config: Mapping[str, Any] = field(default_factory=dict)  # fields of FitConfig that differ
    quality: str = ""  # source of the rows that a quality checker is fitted on: "real@200"
    keep_quality: float = 0.0  # rows whose label the checker gives less are dropped; in [0, 1)


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One run that the matrix asks for."""

    project: str  # slug
    arm: Arm
    classifier: str  # a key of StudyPlan.classifiers
    config: FitConfig  # with the seed, without labels

    @property
    def seed(self) -> int:
        return self.config.seed


@dataclass(frozen=True, kw_only=True)
class StudyPlan:
    """The matrix, and which of its arms are to be compared."""

    title: str
    projects: tuple[str, ...]  # slugs, each with a test set of its own
    arms: tuple[Arm, ...]
    classifiers: Mapping[str, Mapping[str, Any]]  # name → fields of FitConfig that differ
    seeds: int = 3
    pairs: tuple[tuple[str, str], ...] = ()  # arms compared: is the first better?
    thresholds: tuple[float, ...] = ()  # γ on the test rows' agreement; the first study's figure 2
    text: str = ""  # what it asks, for the report; Markdown

    def __post_init__(self) -> None:
        for wrong, sentence in self._rules():
            if wrong:
                raise BadPlan(sentence)

    def cells(self) -> Iterator[Cell]:
        """Seeds outermost, so that a study stopped early has every arm.

        >>> arms = (Arm(name="real", source="real"), Arm(name="made", source="synthetic"))
        >>> plan = StudyPlan(title="t", projects=("p",), arms=arms, classifiers={"m": {}}, seeds=2)
        >>> [(cell.seed, cell.arm.name) for cell in plan.cells()]
        [(0, 'real'), (0, 'made'), (1, 'real'), (1, 'made')]
        """
        for seed in range(self.seeds):
            for project in self.projects:
                for name, fields_of in self.classifiers.items():
                    for arm in self.arms:
                        config = _config({**fields_of, **arm.config}, f"{name}, {arm.name}", seed)
                        yield Cell(project=project, arm=arm, classifier=name, config=config)

    def arm(self, name: str) -> Arm:
        return next(arm for arm in self.arms if arm.name == name)

    def as_json(self) -> dict[str, Any]:
        """Plain values; `from_json` takes them back."""
        return {
            **asdict(self),
            "projects": list(self.projects),
            "arms": [_without_defaults(arm) for arm in self.arms],
            "pairs": [list(pair) for pair in self.pairs],
            "thresholds": list(self.thresholds),
        }

    @property
    def fingerprint(self) -> str:
        """SHA-256 over everything that decides which runs are made and compared."""
        values = {**self.as_json(), "title": "", "text": ""}
        return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> StudyPlan:
        """A plan from plain values, as a study file holds them.

        Raises:
            BadPlan: a field is missing, unknown, of the wrong type or impossible.
        """
        known = {one.name for one in fields(cls)}
        for name in sorted(set(values) - known, key=str):
            raise BadPlan(f"The study has a field {name!r}, which is not known.")
        for name in ("title", "projects", "arms", "classifiers"):
            if not values.get(name):
                raise BadPlan(f"The study names no {name}.")
        if isinstance(values["projects"], str):
            raise BadPlan("The study names its projects by one word; write them as a list.")
        try:
            return cls(
                **{
                    **values,
                    "projects": tuple(values["projects"]),
                    "arms": tuple(_arm(arm) for arm in values["arms"]),
                    "pairs": tuple((first, second) for first, second in values.get("pairs", ())),
                    "thresholds": tuple(float(one) for one in values.get("thresholds", ())),
                }
            )
        except (TypeError, ValueError, AttributeError) as error:
            raise BadPlan(f"The study cannot be read: {error}.") from error

    def _rules(self) -> Iterator[tuple[bool, str]]:
        yield from self._words()
        names = [arm.name for arm in self.arms]
        for what, found in (("projects", self.projects), ("arms", names)):
            yield not found, f"The study names no {what}."
            yield len(set(found)) != len(found), f"Two {what} of the study have the same name."
        yield not self.classifiers, "The study names no classifiers."
        whole = isinstance(self.seeds, int) and not isinstance(self.seeds, bool)
        asks = f"The study asks for {self.seeds} seeds"
        yield not whole or self.seeds < 1, f"{asks}; use a whole number, 1 or more."
        cells = len(self.projects) * len(self.arms) * len(self.classifiers) * self.seeds
        yield (
            cells > MOST_CELLS,
            f"The study has {cells:,} cells (projects × arms × classifiers × seeds); "
            f"{MOST_CELLS:,} are the most.",
        )
        for pair in self.pairs:
            missing = [name for name in pair if name not in names]
            yield bool(missing), f"The study compares {missing[:1]}, which is not among its arms."
        for gamma in self.thresholds:
            yield not 0 < gamma <= 1, f"The threshold {gamma} is outside (0, 1]."
        yield from self._arm_rules()

    def _words(self) -> Iterator[tuple[bool, str]]:
        """Whether all that must be words is: YAML takes 100 for a number, and no for a truth."""
        words = isinstance(self.title, str) and isinstance(self.text, str)
        yield not words, "The study's title and text must be words."
        named = [("project", name) for name in self.projects]
        named += [("classifier", name) for name in self.classifiers]
        for arm in self.arms:
            named += [("arm", arm.name), ("source", arm.source)]
            named += [("quality", arm.quality)] if arm.quality not in ("", None) else []
        for what, name in named:
            yield (
                not isinstance(name, str) or not name.strip(),
                f'The {what} {name!r} of the study is no word; put it in quotes: "{name}".',
            )

    def _arm_rules(self) -> Iterator[tuple[bool, str]]:
        for arm in self.arms:
            for name, chosen in self.classifiers.items():
                config = _config({**chosen, **arm.config}, f"{name}, {arm.name}", 0)
                needs = config.loss in CHECKED or arm.keep_quality > 0
                yield (
                    needs and not arm.quality,
                    f"Arm {arm.name!r} needs a quality checker; say what to fit it on, for "
                    'example "quality": "real@200".',
                )
            yield not 0 <= arm.keep_quality < 1, f"Arm {arm.name!r}: keep_quality is in [0, 1)."


def _config(values: Mapping[str, Any], where: str, seed: int) -> FitConfig:
    if set(values) & FILLED_IN:
        raise BadPlan(f"{where}: labels and seed come from the project and the study.")
    try:
        return FitConfig.from_json({**values, "seed": seed})
    except BadConfig as error:
        raise BadPlan(f"{where}: {error}") from error


def _arm(values: Mapping[str, Any]) -> Arm:
    known = {one.name for one in fields(Arm)}
    for name in sorted(set(values) - known):
        raise BadPlan(f"An arm has a field {name!r}, which is not known.")
    for name in ("name", "source"):
        if not values.get(name):
            raise BadPlan(f"An arm of the study has no {name}.")
    return Arm(**values)


def _without_defaults(arm: Arm) -> dict[str, Any]:
    default = Arm(name="", source="")
    return {name: value for name, value in asdict(arm).items() if value != getattr(default, name)}
