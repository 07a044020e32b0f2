"""Scores over thresholds, as a job stores them and a page draws them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

GLOBAL = "global"  # value: γ, keep where agreement reaches it
WITHIN_LABEL = "within_label"  # value: the most agreed share of each label
RAW, POSTERIOR = "raw", "posterior"  # which agreement: a_i, or its posterior mean

KEEP_ALL = "keep_all"
WEIGHTS = "weights"  # every row, weighted by how far its agreement is above chance
SOFT = "soft"  # every row, its vote shares as target
BALANCED = "keep_all_balanced"  # every row, each label with the same weight
RANDOM, RANDOM_WITHIN = "random", "random_within_label"

TEST, HELD_OUT = "test", "held_out"


@dataclass(frozen=True, kw_only=True)
class Band:
    """A mean with its 95 % interval; scores in [0, 1], differences in [-1, 1]."""

    mean: float
    low: float
    high: float

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Band:
        return cls(**values)


@dataclass(frozen=True, kw_only=True)
class Point:
    """One threshold. Bands are None where fewer than two labels keep a row to train on."""

    value: float  # γ in (0, 1], or the share kept of each label in (0, 1]
    kept: float  # training rows, mean over seeds
    share: float  # of the training rows, in [0, 1]
    labels: tuple[float, ...]  # (K,) shares of the kept rows, sum 1; zeros where none is kept
    score: Band | None  # macro-F1 of a classifier trained on what is kept
    accuracy: Band | None
    random: Band | None  # macro-F1, a random subset of the same size
    random_within: Band | None  # macro-F1, a random subset with the same size in each label
    against_random: Band | None  # paired difference of macro-F1: score − random
    against_random_within: Band | None
    against_all: Band | None  # score − that of a classifier trained on every row

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Point:
        bands: dict[str, Any] = {
            field.name: _band(values[field.name])
            for field in fields(cls)
            if field.name not in {"value", "kept", "share", "labels"}
        }
        plain = {name: values[name] for name in ("value", "kept", "share")}
        return cls(**plain, labels=tuple(values["labels"]), **bands)


@dataclass(frozen=True, kw_only=True)
class Curve:
    """One way to keep, over its thresholds."""

    kind: str  # GLOBAL or WITHIN_LABEL
    agreement: str  # RAW or POSTERIOR
    balanced: bool  # every label that is kept cut to the same size, as a policy's "equal"
    points: tuple[Point, ...]  # by rising value

    @property
    def name(self) -> str:
        """For example "within_label/raw" or "global/posterior/balanced"."""
        return "/".join([self.kind, self.agreement, *(["balanced"] if self.balanced else [])])

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Curve:
        points = tuple(Point.from_json(one) for one in values["points"])
        return cls(**{**values, "points": points})


@dataclass(frozen=True, kw_only=True)
class Reference:
    """What needs no threshold: one horizontal line."""

    name: str  # KEEP_ALL, WEIGHTS, SOFT or BALANCED
    score: Band  # macro-F1
    accuracy: Band
    against_all: Band | None  # None for KEEP_ALL itself

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Reference:
        bands: dict[str, Any] = {
            name: _band(values[name]) for name in ("score", "accuracy", "against_all")
        }
        return cls(name=values["name"], **bands)


@dataclass(frozen=True, kw_only=True)
class TestPoint:
    """Accuracy on the scored examples on which people agree at least this far."""

    threshold: float  # γ in (0, 1]
    rows: int  # scored examples with a_i ≥ γ
    accuracy: Band

    __test__ = False  # not a test class

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> TestPoint:
        return cls(**{**values, "accuracy": Band.from_json(values["accuracy"])})


@dataclass(frozen=True, kw_only=True)
class TestCurve:
    """The first study's figure 2: the classifier trained on everything, over γ of its test rows.

    Source: Li, Zhu, Lu and Yin 2023 (arXiv 2310.07849), section 5.2.
    """

    points: tuple[TestPoint, ...]  # by rising γ
    slope: float | None  # of the straight line through the points; None with fewer than 2
    intercept: float | None
    r_squared: float | None  # of that line, in [0, 1]; None with fewer than 3
    rho: float | None  # Spearman's over the points; None with fewer than 4
    rho_low: float | None
    rho_high: float | None

    __test__ = False  # not a test class

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> TestCurve:
        return cls(**{**values, "points": tuple(map(TestPoint.from_json, values["points"]))})


@dataclass(frozen=True, kw_only=True)
class Recommendation:
    """The policy to use, with its reason in one sentence; or that no threshold helps."""

    helps: bool  # False: no threshold helps; the fields below but `sentence` are then None
    sentence: str
    kind: str | None = None  # GLOBAL or WITHIN_LABEL
    agreement: str | None = None  # RAW or POSTERIOR
    balanced: bool | None = None
    value: float | None = None
    against_all: Band | None = None  # by the scores that chose it, so a little too large
    against_random: Band | None = None

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Recommendation:
        bands = {name: _band(values[name]) for name in ("against_all", "against_random")}
        return cls(**{**values, **bands})


@dataclass(frozen=True, kw_only=True)
class ScoreCurves:
    """Everything the job "explore" measured; `as_json` is what stands in `Job.result`."""

    aggregator: str
    votes_fingerprint: str  # of the votes it was made from: another one means it is outdated
    measured_at: str  # ISO 8601, UTC
    target: str  # TEST: gold labels of the project's test texts; HELD_OUT: judged examples
    examples: int  # judged, the pool
    scored_rows: int  # TEST: test rows; HELD_OUT: rows held out per seed
    train_rows: int  # rows a classifier is chosen from, per seed
    seeds: int
    label_names: tuple[str, ...]
    curves: tuple[Curve, ...]
    references: tuple[Reference, ...]
    test_curve: TestCurve | None  # None where too few scored rows have votes
    recommendation: Recommendation
    seconds: float  # without embedding
    left_out: int = 0  # judged examples that a test text equals, in neither of the numbers above

    def curve(self, kind: str, *, agreement: str = RAW, balanced: bool = False) -> Curve | None:
        """The curve of that kind, if it was measured."""
        wanted = (kind, agreement, balanced)
        found = (c for c in self.curves if (c.kind, c.agreement, c.balanced) == wanted)
        return next(found, None)

    def reference(self, name: str) -> Reference | None:
        """The horizontal line of that name, if it was measured."""
        return next((line for line in self.references if line.name == name), None)

    def as_json(self) -> dict[str, Any]:
        """Plain values under the field names; `from_json` takes them back."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> ScoreCurves:
        """What `as_json` gave, also after it went through JSON."""
        test_curve = values["test_curve"]
        return cls(
            **{
                **values,
                "label_names": tuple(values["label_names"]),
                "curves": tuple(Curve.from_json(one) for one in values["curves"]),
                "references": tuple(Reference.from_json(one) for one in values["references"]),
                "test_curve": TestCurve.from_json(test_curve) if test_curve else None,
                "recommendation": Recommendation.from_json(values["recommendation"]),
            }
        )


def _band(values: Mapping[str, Any] | None) -> Band | None:
    return None if values is None else Band.from_json(values)
