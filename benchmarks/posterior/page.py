"""docs/results/agreement_posterior.md: what was measured, in words and in tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

import numpy as np

from benchmarks.posterior.measuring import DIRICHLET, INFORMED, OURS, RAW, Cell

NEAR = 0.03
Sets = Mapping[str, Sequence[Cell]]

BEFORE = """# The posterior of agreement on real votes

What do 3, 4 or 5 votes say about the agreement that 10 or 20 votes would show? Measured on
{date} with

```
python -m benchmarks.agreement_posterior --data DATA/crowd --seeds {seeds}
```

where `DATA/crowd` holds published sets that keep every annotator's own label. The numbers are in
`benchmarks/results/agreement-posterior-*.json`; texts are not read.

**In short.** Over {cells} pairs of a set and a number of votes, the 95 % interval covers the
agreement of all votes in {low95} to {high95}: {verdict95}. The 80 % interval
covers {low80} to {high80}: {verdict80}. The mean absolute error
is {ours} on average where raw a_i's is {raw}, and lower in {better} of {cells} pairs{worse}.
Raw a_i minus the agreement of all votes is {bias_raw} on average, the posterior mean
minus it {bias_ours}.

The plain Dirichlet distribution errs by {plain} on average, so the error is hardly a matter of
which prior is learned; ours is lower in {than_plain} of {cells} pairs. Coverage of 80 % is more
than 3 points off in {plain_off} of {cells} pairs with the plain one.

![Error and coverage by votes seen](agreement_posterior.svg)

## How it was measured

- Of every example 3, 4 or 5 of its votes are drawn at random without replacement, {seeds} times
  anew. `fit_agreement` sees these alone, learns its prior from them, and
  `predicts(n)` says which a_i all n votes of the example will show, those seen among them.
- Examples with fewer votes than the set usually has are left out, and of those with more only as
  many are used.
- **Coverage.** a_i of n votes takes few values, so an interval from one of them to another cannot
  hold exactly 95 %: counted with both ends it holds more. *Covered* therefore counts a value at
  an end only for the part of its probability that belongs inside (a randomised interval; the
  place of the truth in its predicted distribution, drawn evenly within the truth's own step, lies
  in the middle 95 %). A right prediction is covered exactly as often as the level says.
  *With ends* is what a reader of the printed interval sees.
- **Error** is that of the posterior mean; the posterior median is made for absolute errors and
  stands beside it.
- The standard error of one coverage, by examples, is about 0.8 points at 95 % and 1.4 points at
  80 % with 800 examples; 1.5 and 2.8 points in the three hate sets with 200.

## What was chosen on which sets

The prior is the mixture that adaptive overlap uses, whose constants were chosen on simulated
shares. Against the plain Dirichlet distribution (fitted by likelihood) it was chosen by the log
score on three other sets, the last table. Nothing was changed after seeing the sets reported.

## Results
"""

MISSES = """
## What is missed

{misses}

There the intervals are too wide, never too narrow. More votes to learn the prior from would not
mend it: with the same prior learned from *all* votes (nobody has them), the 80 % intervals cover
{informed_low} to {informed_high} and {informed_off} of {cells} pairs are more than 3 points off.
Each component of the mixture spreads shares by about 0.08 (standard deviation), so where the
shares of a set crowd closer together than that, as they do in vldb_sentiment, the prior cannot
follow them.

## Sets on which the prior was chosen
"""


def page(reported: Sets, chosen_on: Sets, *, seeds: int) -> str:
    """The whole page."""
    today = f"{datetime.now(UTC):%-d %B %Y}"
    return "\n".join(
        [
            BEFORE.format(date=today, seeds=seeds, **_facts(reported)),
            *_table(reported),
            MISSES.format(misses=_misses(reported), **_informed(reported)),
            *_scores(chosen_on),
            "",
        ]
    )


def _facts(sets: Sets) -> dict[str, str]:
    cells = [cell for found in sets.values() for cell in found]
    ours = np.array([cell.measures[OURS]["error"] for cell in cells])
    raw = np.array([cell.measures[RAW]["error"] for cell in cells])
    plain = np.array([cell.measures[DIRICHLET]["error"] for cell in cells])
    worse = [
        f"{name} with {cell.votes} votes"
        for name, found in sets.items()
        for cell in found
        if cell.measures[OURS]["error"] >= cell.measures[RAW]["error"]
    ]
    return {
        "cells": str(len(cells)),
        **_range(cells, 0.95),
        **_range(cells, 0.8),
        "plain": f"{plain.mean():.3f}",
        "than_plain": str(int((ours < plain).sum())),
        "plain_off": str(_off(cells, DIRICHLET, 0.8)),
        "ours": f"{ours.mean():.3f}",
        "raw": f"{raw.mean():.3f}",
        "better": str(int((ours < raw).sum())),
        "worse": f" (not in {', '.join(worse)})" if worse else "",
        "bias_raw": _bias(cells, RAW),
        "bias_ours": _bias(cells, OURS),
    }


def _range(cells: Sequence[Cell], level: float) -> dict[str, str]:
    covered = np.array([cell.measures[OURS][f"covered_{level:.0%}"] for cell in cells])
    off = _off(cells, OURS, level)
    verdict = f"not within 3 points of its level in {off} of {len(cells)}"
    return {
        f"low{level * 100:.0f}": f"{covered.min():.1%}".replace("%", " %"),
        f"high{level * 100:.0f}": f"{covered.max():.1%}".replace("%", " %"),
        f"verdict{level * 100:.0f}": verdict if off else "within 3 points of its level in all",
    }


def _informed(sets: Sets) -> dict[str, str]:
    cells = [cell for found in sets.values() for cell in found]
    covered = [cell.measures[INFORMED]["covered_80%"] for cell in cells]
    return {
        "informed_low": f"{100 * min(covered):.1f} %",
        "informed_high": f"{100 * max(covered):.1f} %",
        "informed_off": str(_off(cells, INFORMED, 0.8)),
        "cells": str(len(cells)),
    }


def _off(cells: Sequence[Cell], method: str, level: float) -> int:
    covered = [cell.measures[method][f"covered_{level:.0%}"] for cell in cells]
    return sum(abs(one - level) > NEAR for one in covered)


def _bias(cells: Sequence[Cell], method: str) -> str:
    return f"{np.mean([cell.measures[method]['bias'] for cell in cells]):+.3f}"


def _table(sets: Sets) -> Iterator[str]:
    yield (
        "| set | examples | votes seen → all | covered, 95 % (with ends) | covered, 80 % "
        "(with ends) | error: raw a_i | plain Dirichlet | ours | its median |"
    )
    yield "|---|---|---|---|---|---|---|---|---|"
    for name, cells in sets.items():
        for cell in cells:
            ours, plain = cell.measures[OURS], cell.measures[DIRICHLET]
            yield (
                f"| {name} | {cell.examples:,} | {cell.votes} → {cell.full} | "
                f"{_both(ours, '95%')} | {_both(ours, '80%')} | "
                f"{cell.measures[RAW]['error']:.3f} | {plain['error']:.3f} | "
                f"**{ours['error']:.3f}** | {ours['median_error']:.3f} |"
            )


def _both(measures: Mapping[str, float], level: str) -> str:
    return f"{100 * measures[f'covered_{level}']:.1f} ({100 * measures[f'within_{level}']:.1f})"


def _misses(sets: Sets) -> str:
    lines = []
    for name, cells in sets.items():
        for cell in cells:
            for level in (0.8, 0.95):
                covered = cell.measures[OURS][f"covered_{level:.0%}"]
                if abs(covered - level) > NEAR:
                    words = f"{100 * covered:.1f} % covered by the {100 * level:.0f} % interval"
                    lines.append(f"- {name}, {cell.votes} votes: {words}.")
    return "\n".join(lines) or "No coverage is more than 3 points from its level."


def _scores(sets: Sets) -> Iterator[str]:
    yield (
        "Log score: mean logarithm of the probability that the truth was given; higher is better."
    )
    yield ""
    yield (
        "| set | examples | votes seen → all | log score: plain Dirichlet | ours | covered, 95 %: "
        "plain Dirichlet | ours | covered, 80 %: plain Dirichlet | ours |"
    )
    yield "|---|---|---|---|---|---|---|---|---|"
    for name, cells in sets.items():
        for cell in cells:
            ours, plain = cell.measures[OURS], cell.measures[DIRICHLET]
            covered = " | ".join(
                f"{100 * one[f'covered_{level}']:.1f}"
                for level in ("95%", "80%")
                for one in (plain, ours)
            )
            yield (
                f"| {name} | {cell.examples:,} | {cell.votes} → {cell.full} | "
                f"{plain['log_score']:.3f} | {ours['log_score']:.3f} | {covered} |"
            )
