"""What the numbers say, in sentences made from them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.weighting.arms import SYNTHETIC
from benchmarks.weighting.measures import Pair, Panel

ENOUGH = 0.05
FEWEST_SEEDS = 3  # with fewer, nothing is known of other draws of real rows
PUBLISHED = 0.05  # points of accuracy that the study gains
TOLD = (
    ("IMP", SYNTHETIC, "IMP against cross-entropy on the same rows"),
    ("DIMP", SYNTHETIC, "DIMP against cross-entropy"),
    ("filter", SYNTHETIC, "the filter against cross-entropy on all rows"),
    ("filter", "random, as many", "the filter against random rows in the same number"),
    ("DIMP", "filter", "DIMP against the filter"),
    ("real + synthetic", "real", "synthetic rows on top of the real ones"),
)


def title(panel: Panel) -> str:
    return f"{panel.task}, {panel.source.replace('_', '-')}"


def in_short(panels: Sequence[Panel]) -> Iterator[str]:
    """A line for each panel with runs, and one on the published gain."""
    for panel in panels:
        told = [
            f"{words} {_difference(pair)}"
            for first, second, words in TOLD
            for pair in panel.pairs
            if (pair.first, pair.second) == (first, second)
        ]
        if told:
            yield f"- **{title(panel)}** (macro-F1): {'; '.join(told)}."
    yield ""
    yield _published(panels)
    yield from _lost_labels(panels)


def is_sure(pair: Pair) -> bool:
    """More than chance after the correction, on enough seeds."""
    return pair.corrected < ENOUGH and pair.macro_f1.seeds >= FEWEST_SEEDS


def _difference(pair: Pair) -> str:
    test = pair.macro_f1
    if test.seeds < FEWEST_SEEDS:
        doubt = f"; {test.seeds} seed{'s' if test.seeds > 1 else ''}, a first look"
    else:
        doubt = "" if is_sure(pair) else "; within chance"
    return f"{test.mean:+.3f} ({test.low:+.3f} to {test.high:+.3f}{doubt})"


def _published(panels: Sequence[Panel]) -> str:
    gains = [
        (pair, panel)
        for panel in panels
        for pair in panel.pairs
        if pair.first in ("IMP", "DIMP") and pair.second == SYNTHETIC
    ]
    if not gains:
        return "No run of IMP or DIMP has finished yet."
    there = [pair for pair, _ in gains if pair.accuracy >= PUBLISHED]
    ahead = [pair for pair, _ in gains if is_sure(pair) and pair.macro_f1.mean > 0]
    behind = [pair for pair, _ in gains if is_sure(pair) and pair.macro_f1.mean < 0]
    accuracies = ", ".join(
        f"{100 * pair.accuracy:+.1f} ({pair.first}, {title(panel)})" for pair, panel in gains
    )
    return (
        f"Of {len(gains)} comparisons of IMP or DIMP with cross-entropy on the same rows, "
        f"{len(there)} gain the published 5 points of accuracy or more; by macro-F1 {len(ahead)} "
        f"are ahead and {len(behind)} behind by more than chance, corrected for the pairs of their "
        f"table and on {FEWEST_SEEDS} seeds at least. Points of accuracy: {accuracies}."
    )


def _lost_labels(panels: Sequence[Panel]) -> Iterator[str]:
    """Labels that weighting makes a classifier forget."""
    lost = [
        f"{name} finds {arm.recall[code]:.0%} of {label} ({title(panel)}; cross-entropy "
        f"{panel.arms[SYNTHETIC].recall[code]:.0%}, mean P' {panel.checker.given[code]:.2f})"
        for panel in panels
        if SYNTHETIC in panel.arms and panel.checker is not None
        for name in ("IMP", "DIMP")
        if (arm := panel.arms.get(name)) is not None
        for code, label in enumerate(panel.labels)
        if arm.recall[code] < panel.arms[SYNTHETIC].recall[code] / 2
    ]
    if lost:
        yield (
            "\nLabels that weighting makes the classifier miss, less than half as often found as "
            f"by cross-entropy: {'; '.join(lost)}. The checker is fitted on the real rows as they "
            "come; a label that is rare there gets a lower P', which the ratio takes for bad rows."
        )
