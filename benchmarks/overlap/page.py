"""docs/results/adaptive_overlap.md: what was measured, in words and in tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import numpy as np

from benchmarks.overlap import tables
from benchmarks.overlap.results import Cell, Results, average, cells
from benchmarks.overlap.speed import Speed
from benchmarks.overlap.tables import AIM_EQUAL, OURS, matched, percent, strongest
from benchmarks.overlap.wording import (
    AFTER,
    BEFORE,
    COVERAGE,
    KINDS,
    LABELS,
    POSTERIORS,
    SETS,
    SPEED,
    VARIANTS,
)

AIM_VOTES = 0.60
LOW_F1 = 0.95


def page(results: Results, speeds: Sequence[Speed], *, orders: int) -> str:
    """The whole page."""
    rival = strongest(results)
    parts = [
        BEFORE.format(date=f"{datetime.now(UTC):%-d %B %Y}", orders=orders, **_facts(results)),
        *tables.overall(results),
        LABELS,
        *tables.posteriors(results),
        POSTERIORS.format(**_forecasts(results)),
        *tables.coverage(results),
        COVERAGE.format(**_gaps(results)),
        *tables.variants(results),
        VARIANTS.format(**_skills(results), **_looking_ahead(results)),
        SETS.format(rival=KINDS[rival]),
        *(
            line
            for name, found in results.items()
            for line in tables.of_one_set(name, found, rival)
        ),
        SPEED,
        *tables.speed(speeds),
        AFTER,
    ]
    return "\n".join(parts)


def _facts(results: Results) -> dict[str, str]:
    everything = cells(results)
    fixed = [cell.votes_for("fixed", equal=cell.mean(OURS, "equal")) for cell in everything]
    votes, equal = average(everything, OURS, "votes"), average(everything, OURS, "equal")
    return {
        "votes": percent(votes),
        "equal": percent(equal),
        "fixed": percent(float(np.mean(fixed)), digits=0),
        "reached": "is reached" if votes <= AIM_VOTES and equal >= AIM_EQUAL else "is missed",
        "pairs": str(len(everything)),
        "lowest": percent(min(cell.mean(OURS, "equal") for cell in everything)),
        "highest": percent(max(cell.mean(OURS, "votes") for cell in everything), digits=0),
        "below": _listed(
            results,
            lambda cell: cell.mean(OURS, "equal") < AIM_EQUAL,
            lambda cell: percent(cell.mean(OURS, "equal"), digits=2),
        ),
        "above": _listed(
            results,
            lambda cell: cell.mean(OURS, "votes") > AIM_VOTES,
            lambda cell: percent(cell.mean(OURS, "votes"), digits=0),
        ),
        **_careful(results),
        **_against(results),
    }


def _careful(results: Results) -> dict[str, str]:
    everything, rule = cells(results), "adaptive/0.99"
    return {
        "careful_votes": percent(average(everything, rule, "votes")),
        "careful_equal": percent(average(everything, rule, "equal")),
        "careful_lowest": percent(min(cell.mean(rule, "equal") for cell in everything)),
        "f1": f"{average(everything, OURS, 'f1'):.2f}",
        "rare": _listed(
            results,
            lambda cell: cell.mean(OURS, "f1") < LOW_F1,
            lambda cell: f"{cell.mean(OURS, 'f1'):.2f} with {percent(cell.kept, digits=0)} kept",
        ),
    }


def _gaps(results: Results) -> dict[str, str]:
    gaps = [cell.mean(OURS, "equal") - cell.mean(OURS, "expected") for cell in cells(results)]
    return {"gap_low": f"{100 * min(gaps):+.1f}", "gap_high": f"{100 * max(gaps):+.1f}"}


def _against(results: Results) -> dict[str, str]:
    rival = strongest(results)
    rule, everything = f"{rival}/0.95", cells(results)
    equal = [average(everything, f"{kind}/0.95", "equal") for kind in KINDS]
    ours = float(np.mean([matched(cell, rule) for cell in everything]))
    return {
        "rival": KINDS[rival],
        "posterior_low": percent(min(equal), digits=0),
        "posterior_high": percent(max(equal), digits=0),
        "theirs": percent(average(everything, rule, "votes")),
        "ours_matched": percent(ours),
        "more": _listed(
            results,
            lambda cell: matched(cell, rule) > cell.mean(rule, "votes"),
            lambda cell: f"{percent(matched(cell, rule))} for {percent(cell.mean(rule, 'votes'))}",
        ),
    }


def _listed(results: Results, chosen: Callable[[Cell], bool], shown: Callable[[Cell], str]) -> str:
    """How many cells are chosen of all, and which: "2 of 8 (set 0.6: 97 %, 0.7: 96 %)"."""
    by_set = {
        name: ", ".join(f"{cell.gamma}: {shown(cell)}" for cell in of_set if chosen(cell))
        for name, of_set in results.items()
    }
    number = sum(chosen(cell) for cell in cells(results))
    words = "; ".join(f"{name} {found}" for name, found in by_set.items() if found)
    return f"{number} of {len(cells(results))}" + (f" ({words})" if words else "")


def _forecasts(results: Results) -> dict[str, str]:
    everything = cells(results)
    equal = [average(everything, f"{kind}_forecast/0.95", "equal") for kind in KINDS]
    return {
        "forecast_low": percent(min(equal), digits=0),
        "forecast_high": percent(max(equal), digits=0),
    }


def _looking_ahead(results: Results) -> dict[str, str]:
    everything, rule = cells(results), "on_average/0.98"
    ours = float(np.mean([matched(cell, rule) for cell in everything]))
    return {"gain": f"{100 * (average(everything, rule, 'votes') - ours):.1f}"}


def _skills(results: Results) -> dict[str, str]:
    measured = [cell.log_loss for cell in cells(results) if cell.log_loss]
    ratio = [one["skills"] / one["counts"] for one in measured]
    return {
        "loss_change": f"{100 * (np.mean(ratio) - 1):+.1f} %",
        "loss_best": f"{100 * (min(ratio) - 1):+.1f} %",
        "loss_worst": f"{100 * (max(ratio) - 1):+.1f} %",
        "loss_pairs": str(len(measured)),
    }
