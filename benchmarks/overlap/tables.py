"""The tables of docs/results/adaptive_overlap.md."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from benchmarks.overlap.measures import Summary
from benchmarks.overlap.results import Cell, Results, average, cells
from benchmarks.overlap.speed import Speed
from benchmarks.overlap.wording import KINDS

OURS = "adaptive/0.98"
AIM_EQUAL = 0.98
RULES = {
    "adaptive/0.95": "ours, confidence 0.95",
    OURS: "**ours, confidence 0.98**",
    "adaptive/0.99": "ours, confidence 0.99",
    "skilled/0.95": "posterior 0.95, annotators' accuracies",
    "common/0.95": "posterior 0.95, one accuracy",
    "dirichlet/0.95": "posterior 0.95, shares only",
}
VARIANTS = {
    OURS: "ours: 2 votes first, looking ahead",
    "three_first/0.98": "ours with 3 votes first",
    "on_average/0.98": "one bar on the risk, 98 % equal on average, not looking ahead",
    "each_alone/0.98": "each example until its own forecast is 98 % sure",
}
STATED = (0.9, 0.95, 0.98, 0.99)


def header(*titles: str) -> str:
    """The first column to the left, numbers to the right."""
    return f"| {' | '.join(titles)} |\n|---|{'---:|' * (len(titles) - 1)}"


def percent(share: float | np.floating[Any], *, digits: int = 1) -> str:
    """
    >>> percent(0.5)
    '50.0 %'
    """
    return f"{100 * share:.{digits}f} %"


def strongest(results: Results) -> str:
    """The posterior against which our rule saves least at as many equal decisions."""

    def saving(kind: str) -> float:
        pairs = [(cell, f"{kind}/0.95") for cell in cells(results)]
        return float(
            np.mean([cell.mean(rule, "votes") - matched(cell, rule) for cell, rule in pairs])
        )

    return min(KINDS, key=saving)


def matched(cell: Cell, rule: str) -> float:
    """Share of all votes with which ours gets as many equal decisions as that rule."""
    votes = cell.votes_for("adaptive", equal=cell.mean(rule, "equal"))
    return 1.0 if np.isnan(votes) else votes  # all votes always get as many


def overall(results: Results) -> Iterator[str]:
    everything = cells(results)
    yield header(
        "rule",
        "votes used",
        "equal decisions",
        "lowest pair",
        "Jaccard",
        "F1",
        "same label",
        "of the kept",
    )
    for rule, title in RULES.items():
        lowest = min(cell.mean(rule, "equal") for cell in everything)
        shown = [percent(average(everything, rule, "votes"))]
        shown += [percent(average(everything, rule, "equal")), percent(lowest)]
        shown += [f"{average(everything, rule, name):.3f}" for name in ("jaccard", "f1")]
        shown += [
            f"{percent(average(everything, rule, name))}" for name in ("same_label", "kept_label")
        ]
        yield f"| {title} | {' | '.join(shown)} |"
    yield ""


def posteriors(results: Results) -> Iterator[str]:
    everything = cells(results)
    yield header(
        "stop at posterior 0.95",
        "votes",
        "equal",
        "ours, as many equal: votes",
        "pairs where ours takes more",
        "reaches 98 % equal in",
        "with votes",
        "ours there",
    )
    for kind, title in KINDS.items():
        rule = f"{kind}/0.95"
        ours = [matched(cell, rule) for cell in everything]
        more = sum(matched(cell, rule) > cell.mean(rule, "votes") for cell in everything)
        needed = [(cell.votes_for(kind, equal=AIM_EQUAL), cell) for cell in everything]
        found = [(votes, cell) for votes, cell in needed if not np.isnan(votes)]
        there = [cell.votes_for("adaptive", equal=AIM_EQUAL) for _, cell in found]
        yield (
            f"| {title} | {percent(average(everything, rule, 'votes'))} "
            f"| {percent(average(everything, rule, 'equal'))} | {percent(np.mean(ours))} "
            f"| {more} of {len(everything)} | {len(found)} of {len(everything)} "
            f"| {percent(np.mean([votes for votes, _ in found]))} | {percent(np.mean(there))} |"
        )
    yield ""


def coverage(results: Results) -> Iterator[str]:
    everything = cells(results)
    yield header(
        "stated",
        "expected by the plan",
        "reached",
        "pairs below",
        "lowest pair",
        "single orders, 95 % of them",
    )
    for stated in STATED:
        rule = f"adaptive/{stated}"
        equal = [cell.mean(rule, "equal") for cell in everything]
        low = min(cell.rules[rule]["equal"].low for cell in everything)
        high = max(cell.rules[rule]["equal"].high for cell in everything)
        yield (
            f"| {percent(stated, digits=0)} | {percent(average(everything, rule, 'expected'))} "
            f"| {percent(np.mean(equal))} | {sum(one < stated for one in equal)} of {len(equal)} "
            f"| {percent(min(equal))} | {percent(low)} to {percent(high)} |"
        )
    yield ""


def variants(results: Results) -> Iterator[str]:
    everything = cells(results)
    yield header(
        "",
        "votes used",
        "equal decisions",
        "ours, as many equal: votes",
    )
    for rule, title in VARIANTS.items():
        ours = float(np.mean([matched(cell, rule) for cell in everything]))
        yield (
            f"| {title} | {percent(average(everything, rule, 'votes'))} "
            f"| {percent(average(everything, rule, 'equal'), digits=2)} | {percent(ours)} |"
        )
    yield ""


def of_one_set(name: str, of_set: Sequence[Cell], rival: str) -> Iterator[str]:
    first = of_set[0]
    yield f"\n### {name}: {first.examples:,} examples, {first.overlap:.3g} votes each\n"
    yield header(
        "γ",
        "kept",
        "votes used",
        "saved per example",
        "equal decisions",
        "F1",
        "Jaccard",
        "same label of the kept",
        "fixed, as many equal",
        "posterior 0.95",
        "ours, as many equal",
    )
    for cell in of_set:
        ours, rule = cell.rules[OURS], f"{rival}/0.95"
        fixed = cell.votes_for("fixed", equal=ours["equal"].mean)
        saved = (1 - ours["votes"].mean) * cell.overlap
        theirs = (percent(cell.mean(rule, name), digits=0) for name in ("votes", "equal"))
        shown = [
            str(cell.gamma),
            percent(cell.kept, digits=0),
            _shown(ours["votes"]),
            f"{saved:.1f}",
            _shown(ours["equal"]),
            f"{ours['f1'].mean:.3f}",
            f"{ours['jaccard'].mean:.3f}",
            percent(ours["kept_label"].mean),
            percent(fixed, digits=0),
            " → ".join(theirs),
            percent(matched(cell, rule), digits=0),
        ]
        yield f"| {' | '.join(shown)} |"


def _shown(one: Summary) -> str:
    return f"{percent(one.mean)} [{100 * one.low:.1f}, {100 * one.high:.1f}]"


def speed(speeds: Sequence[Speed]) -> Iterator[str]:
    """Milliseconds, and microseconds for one verdict."""
    yield header(
        "labels", "full overlap", "examples", "first fit, ms", "fit, ms", "first verdict, ms",
        "verdict, µs", "all verdicts, ms", "stored, bytes",
    )  # fmt: skip
    for one in speeds:
        seconds = (one.first_fit, one.fit, one.first_verdict)
        shown = [str(one.labels), f"{one.most:,}", f"{one.examples:,}"]
        shown += [f"{1e3 * value:.0f}" for value in seconds]
        shown += [f"{1e6 * one.verdict:.0f}", f"{1e3 * one.verdicts:.0f}", f"{one.stored_bytes:,}"]
        yield f"| {' | '.join(shown)} |"
