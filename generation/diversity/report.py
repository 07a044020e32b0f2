"""Groups of texts side by side: per label and over all labels, at equal N."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from curation.errors import BadInput
from curation.progress import Progress, silent
from generation.diversity.equal_n import Spread, cheap_draws, draw, spread
from generation.diversity.measures import MEASURES, Measures, measure
from generation.diversity.overused import OverusedNgram, overused_ngrams
from generation.diversity.vectors import Vectors

REAL = "real"
FEWEST = 2  # texts of a label and group
FEWEST_REAL = 20  # real texts of a label; half are compared, half are compared with

Spreads = dict[str, Spread]  # by key of MEASURES


@dataclass(frozen=True, kw_only=True)
class TextSet:
    """Labelled texts with their vectors."""

    texts: Sequence[str]
    labels: Sequence[str]  # (N,) each text's label
    vectors: Vectors  # (N, D), rows of length 1

    def of(self, label: str) -> TextSet:
        """The texts of one label."""
        return self.at([place for place, name in enumerate(self.labels) if name == label])

    def at(self, places: Sequence[int]) -> TextSet:
        return TextSet(
            texts=[self.texts[place] for place in places],
            labels=[self.labels[place] for place in places],
            vectors=self.vectors[list(places)],
        )


@dataclass(frozen=True, kw_only=True)
class GroupReport:
    """One group's measures, as mean and spread over the draws."""

    name: str
    texts: int  # it has in all, of the labels compared
    per_label: dict[str, Spreads]
    mean_of_labels: Spreads
    pooled: Spreads  # all labels as one set
    auc_interval: tuple[float, float]  # 95 %, pooled, the mean over draws of its ends
    histogram: tuple[int, ...]  # real texts by similarity, pooled, all draws together
    overused: dict[str, list[OverusedNgram]]  # by label, "" = all; of all texts there are


@dataclass(frozen=True, kw_only=True)
class DiversityReport:
    """Groups measured on equally many texts of each label."""

    groups: list[GroupReport]  # real texts last, when there are any
    per_label: dict[str, int]  # label → N
    draws: int
    seed: int
    notes: list[str] = field(default_factory=list)  # sentences a reader must know

    @property
    def n(self) -> int:
        """Texts of a group over all labels."""
        return sum(self.per_label.values())


def compare(
    groups: Mapping[str, TextSet],
    *,
    real: TextSet | None,
    labels: Sequence[str],
    seed: int = 0,
    per_label: int | None = None,
    draws: int | None = None,
    progress: Progress = silent,
) -> DiversityReport:
    """Measure every group, and the real texts like one of them, on equally many texts.

    N of a label is the smallest number any group has of it, and half of the real texts, which are
    divided anew in each draw: one half is compared, the other is what everything is compared with.

    Args:
        groups: name → texts; none is called "real".
        real: real texts; without them, or with fewer than 20 of a label, similarity and AUC are
            NaN and a note says why.
        labels: in the order of the report; those a group has fewer than two texts of are left out.
        per_label: the most texts of a label; all that N allows when not given.
        draws: seeded samples; 5, or 1 beyond 10,000 texts, when not given.

    Raises:
        BadInput: no groups, no label that every group has, or a number below 1.
    """
    plan = _plan(groups, real, labels, per_label, draws, seed)
    sets = dict(groups) | ({REAL: real} if plan.has_real and real is not None else {})
    reports = []
    for name, texts in sets.items():
        reports.append(_measure_group(name, texts, sets.get(REAL), plan))
        progress(len(reports), len(sets), name)
    return DiversityReport(
        groups=reports,
        per_label=plan.sizes,
        draws=plan.draws,
        seed=seed,
        notes=plan.notes,
    )


@dataclass(frozen=True, kw_only=True)
class _Plan:
    sizes: dict[str, int]  # label → N
    draws: int
    seed: int
    has_real: bool
    notes: list[str]


def _plan(
    groups: Mapping[str, TextSet],
    real: TextSet | None,
    labels: Sequence[str],
    per_label: int | None,
    draws: int | None,
    seed: int,
) -> _Plan:
    _check(groups, per_label, draws)
    found = {label: min(_count(one, label) for one in groups.values()) for label in labels}
    kept = [label for label in labels if found[label] >= FEWEST]
    if not kept:
        raise BadInput("No label has two texts in every group, so nothing can be compared.")
    notes = [
        f"Label {label!r} is left out: a group has fewer than {FEWEST} texts of it."
        for label in labels
        if label not in kept
    ]
    missing = _why_no_reference(real, kept)
    if missing:
        notes.append(missing)
    sizes = {}
    for label in kept:
        limits = [found[label], per_label or found[label]]
        if real is not None and not missing:
            limits.append(_count(real, label) // 2)
        sizes[label] = min(limits)
    return _Plan(
        sizes=sizes,
        draws=draws or cheap_draws(sum(sizes.values())),
        seed=seed,
        has_real=not missing,
        notes=notes,
    )


def _why_no_reference(real: TextSet | None, labels: Sequence[str]) -> str:
    """A sentence where there are no or too few real texts, else ""."""
    if real is None:
        return "There are no real texts, so similarity and AUC are not measured."
    scarce = [label for label in labels if _count(real, label) < FEWEST_REAL]
    if not scarce:
        return ""
    return (
        f"There are fewer than {FEWEST_REAL} real texts of {', '.join(map(repr, scarce))}, too "
        "few to compare with, so similarity and AUC are not measured."
    )


def _check(groups: Mapping[str, TextSet], per_label: int | None, draws: int | None) -> None:
    if not groups:
        raise BadInput("There is no group of texts to measure.")
    if REAL in groups:
        raise BadInput('A group may not be called "real"; real texts are given apart.')
    if per_label is not None and per_label < FEWEST:
        raise BadInput(f"The number of texts per label is {per_label}; it must be at least 2.")
    if draws is not None and draws < 1:
        raise BadInput(f"The number of draws is {draws}; it must be at least 1.")


def _count(texts: TextSet, label: str) -> int:
    return sum(name == label for name in texts.labels)


def _measure_group(name: str, texts: TextSet, real: TextSet | None, plan: _Plan) -> GroupReport:
    by_label: dict[str, list[Measures]] = {label: [] for label in plan.sizes}
    pooled = []
    for number in range(plan.draws):
        drawn, compared = _draw(name, texts, real, plan, number)
        for label in plan.sizes:
            by_label[label].append(_measured(drawn[label], compared.get(label), plan.seed))
        pooled.append(_measured(_together(drawn), _together(compared), plan.seed))
    averages = [
        {key: float(np.mean([getattr(by_label[label][at], key) for label in by_label]))
         for key in MEASURES}
        for at in range(plan.draws)
    ]  # fmt: skip
    own = [place for place, label in enumerate(texts.labels) if label in plan.sizes]
    return GroupReport(
        name=name,
        texts=len(own),
        per_label={label: _spreads(found) for label, found in by_label.items()},
        mean_of_labels={key: spread(one[key] for one in averages) for key in MEASURES},
        pooled=_spreads(pooled),
        auc_interval=(
            float(np.mean([one.auc_low for one in pooled])),
            float(np.mean([one.auc_high for one in pooled])),
        ),
        histogram=tuple(np.sum([one.histogram for one in pooled], axis=0).tolist()),
        overused={} if name == REAL or real is None else _overused(texts, real, plan),
    )


def _draw(
    name: str, texts: TextSet, real: TextSet | None, plan: _Plan, number: int
) -> tuple[dict[str, TextSet], dict[str, TextSet]]:
    """By label: N texts of the group, and N real texts to compare them with, never the same."""
    drawn, compared = {}, {}
    for label, n in plan.sizes.items():
        if real is not None:
            rows = real.of(label)
            key = f"{REAL}/{label}"
            both = draw(len(rows.texts), 2 * n, seed=plan.seed, name=key, number=number).tolist()
            compared[label] = rows.at(both[:n])
            if name == REAL:
                drawn[label] = rows.at(both[n:])
                continue
        rows = texts.of(label)
        key = f"{name}/{label}"
        places = draw(len(rows.texts), n, seed=plan.seed, name=key, number=number)
        drawn[label] = rows.at(places.tolist())
    return drawn, compared


def _measured(texts: TextSet | None, real: TextSet | None, seed: int) -> Measures:
    assert texts is not None
    return measure(
        texts.texts,
        texts.vectors,
        real_texts=None if real is None else real.texts,
        real_vectors=None if real is None else real.vectors,
        seed=seed,
    )


def _together(by_label: Mapping[str, TextSet]) -> TextSet | None:
    if not by_label:
        return None
    return TextSet(
        texts=[text for one in by_label.values() for text in one.texts],
        labels=[label for one in by_label.values() for label in one.labels],
        vectors=np.concatenate([one.vectors for one in by_label.values()]),
    )


def _spreads(measured: Sequence[Measures]) -> Spreads:
    return {key: spread(getattr(one, key) for one in measured) for key in MEASURES}


def _overused(texts: TextSet, real: TextSet, plan: _Plan) -> dict[str, list[OverusedNgram]]:
    """By label, and "" for all labels compared."""
    kept = set(plan.sizes)
    own, other = (
        [text for text, label in zip(one.texts, one.labels, strict=True) if label in kept]
        for one in (texts, real)
    )
    found = {"": overused_ngrams(own, other)}
    for label in plan.sizes:
        found[label] = overused_ngrams(texts.of(label).texts, real.of(label).texts)
    return found
