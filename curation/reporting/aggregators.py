"""Aggregators side by side: in words, and as places in pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from curation.aggregation.compare import BASE, Comparison, Downstream, Flip, MethodView
from curation.reporting import wording
from curation.reporting.palette import LabelStyle
from curation.reporting.wording import NO_BREAK

TITLES = {
    "majority": "Majority",
    "wawa": "Wawa",
    "zero_based_skill": "Zero-based skill",
    "dawid_skene": "Dawid-Skene",
    "one_coin": "One-coin Dawid-Skene",
    "glad": "GLAD",
    "mace": "MACE",
    "mmsr": "M-MSR",
    "crowdlab": "CROWDLAB",
}
MEANINGS = {
    "majority": "every vote counts alike",
    "wawa": "votes weigh by how often their annotator agrees with the majority",
    "zero_based_skill": "the same again and again, until weights and labels fit",
    "dawid_skene": "learns which labels each annotator takes for which",
    "one_coin": "learns how often each annotator is right",
    "glad": "learns annotators’ ability and texts’ difficulty",
    "mace": "learns who guesses, and what they guess",
    "mmsr": "learns skills from how often pairs agree; withstands many careless people",
    "crowdlab": "weighs a classifier’s predictions as one more voice",
}
COLUMNS = 100  # texts in the picture at most


@dataclass(frozen=True, kw_only=True)
class Part:
    """A piece of a bar."""

    label: LabelStyle
    n: int
    x: float  # percent
    width: float  # percent


@dataclass(frozen=True, kw_only=True)
class MethodRow:
    name: str
    title: str
    meaning: str
    refusal: str  # why there is nothing else
    base: bool  # what the others are held against
    labels: list[tuple[LabelStyle, str]]
    never: str  # labels that the majority gives and this method never does
    flips: str
    parts: list[Part]  # where flips go
    confidence: str
    right: str  # "" where no true label is known
    downstream: list[str]  # one per policy


@dataclass(frozen=True, kw_only=True)
class PictureRow:
    """What one method says about the texts of the picture."""

    title: str
    parts: list[Part]  # neighbours with the same label are one piece


@dataclass(frozen=True, kw_only=True)
class Said:
    """A label and the methods that give it."""

    label: LabelStyle
    methods: str


def title(name: str) -> str:
    return TITLES.get(name, name.replace("_", "-"))


def finding(found: Comparison) -> str:
    """What hangs on the choice of a method, in a sentence or two."""
    answered = [one for one in found.methods if not one.refusal]
    methods = wording.plural(len(answered), "method")
    if len(answered) < 2:
        return "Only the majority has an answer here, so there is nothing to compare."
    if not found.flipping:
        return f"It does not matter here: {methods} give every text the same label."
    share = wording.share(found.flipping, found.examples)
    most = max(answered, key=lambda one: one.flips)
    said = f"{share} of the texts get another label from at least one of {methods}."
    if not most.flips:
        return said
    return f"{said} {title(most.name)} parts from the majority most often, {most.flips:,} times."


def method_rows(found: Comparison, labels: Sequence[LabelStyle]) -> list[MethodRow]:
    most = max((one.flips for one in found.methods), default=0)
    return [_method_row(one, found, labels, most) for one in found.methods]


def policies_of(found: Comparison) -> list[str]:
    """The policies whose kept rows are counted, in words."""
    base = next(one for one in found.methods if one.name == BASE)
    whole = (one.policy.split(", labels by ")[0] for one in base.downstream)
    return [words.replace(", 1 vote or more", "") for words in whole]


def alike_rows(found: Comparison) -> list[tuple[str, list[str]]]:
    """Per method that answered: the share of texts to which each of them gives the same label."""
    return [
        (title(name), [f"{100 * share:.0f}{NO_BREAK}%" for share in row])
        for name, row in zip(found.answered, found.alike, strict=True)
    ]


def picture(found: Comparison, labels: Sequence[LabelStyle]) -> list[PictureRow]:
    """Each method's labels for the texts that flip, one text beside the other.

    Texts with the same answers stand together, so that who goes with whom is seen.
    """
    shown = sorted(found.flips[:COLUMNS], key=lambda flip: (flip.labels, flip.row))
    return [
        PictureRow(title=title(name), parts=_runs([flip.labels[place] for flip in shown], labels))
        for place, name in enumerate(found.answered)
    ]


def said_of(flip: Flip, answered: Sequence[str], labels: Sequence[LabelStyle]) -> list[Said]:
    """Which methods give which label, the majority's first."""
    by_label: dict[int, list[str]] = {}
    for name, label in zip(answered, flip.labels, strict=True):
        by_label.setdefault(label, []).append(title(name))
    return [
        Said(label=labels[label], methods=", ".join(names)) for label, names in by_label.items()
    ]


def skill_rows(
    skills: Mapping[str, Mapping[str, float]], answered: Sequence[str]
) -> list[tuple[str, list[str]]]:
    """Per annotator, what each method that answered makes of them."""
    return [
        (name, [wording.decimal(of.get(method), 2) if method in of else "–" for method in answered])
        for name, of in skills.items()
    ]


def _method_row(
    one: MethodView, found: Comparison, labels: Sequence[LabelStyle], most: int
) -> MethodRow:
    base = one.name == BASE
    common = next(view.labels for view in found.methods if view.name == BASE)
    return MethodRow(
        name=one.name,
        title=title(one.name),
        meaning=MEANINGS.get(one.name, ""),
        refusal=one.refusal,
        base=base,
        labels=[(style, f"{n:,}") for style, n in zip(labels, one.labels, strict=False)],
        never=", ".join(
            style.title
            for style, mine, theirs in zip(labels, one.labels, common, strict=False)
            if theirs and not mine
        ),
        flips=wording.share(one.flips, found.examples) if one.flips else "none",
        parts=_stacked(one.flips_to, labels, most),
        confidence=wording.decimal(one.confidence, 2) if one.confidence is not None else "",
        right=wording.share(one.right, one.gold) if one.gold else "",
        downstream=[_downstream(part, base=base) for part in one.downstream],
    )


def _downstream(part: Downstream, *, base: bool) -> str:
    if base:
        return f"{part.kept:,}"
    moved = [
        words
        for n, words in (
            (part.entered, f"+{part.entered:,}"),
            (part.left, f"−{part.left:,}"),
            (part.relabelled, f"{part.relabelled:,} relabelled"),
        )
        if n
    ]
    return f"{part.kept:,} ({', '.join(moved) or 'the same'})"


def _stacked(counts: Sequence[int], labels: Sequence[LabelStyle], most: int) -> list[Part]:
    parts, x = [], 0.0
    for style, n in zip(labels, counts, strict=False):
        if n:
            width = 100 * n / most
            parts.append(Part(label=style, n=n, x=round(x, 3), width=round(width, 3)))
            x += width
    return parts


def _runs(codes: Sequence[int], labels: Sequence[LabelStyle]) -> list[Part]:
    """Neighbours with the same label as one piece."""
    parts: list[Part] = []
    start, step = 0, 100 / max(len(codes), 1)
    for place in range(1, len(codes) + 1):
        if place == len(codes) or codes[place] != codes[start]:
            n = place - start
            parts.append(
                Part(
                    label=labels[codes[start]],
                    n=n,
                    x=round(start * step, 3),
                    width=round(n * step, 3),
                )
            )
            start = place
    return parts
