"""A few votes of each example, the full agreement predicted from them, and how well."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.overlap.votes import arrival
from benchmarks.posterior import dirichlet
from curation.aggregation import Votes
from curation.agreement.counts import Counts
from curation.agreement.distinct import distinct_rows
from curation.agreement.posterior import fit_agreement
from curation.agreement.shares import fit_prior

Floats = npt.NDArray[np.float64]

NEARLY = 1e-9
LEVELS = (0.8, 0.95)
RAW, DIRICHLET, OURS, INFORMED = "raw", "dirichlet", "ours", "informed"
METHODS = (RAW, DIRICHLET, OURS, INFORMED)  # the last has its prior from all votes


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One set at one number of votes; every measure is a mean over the seeds."""

    votes: int  # seen of each example
    full: int  # votes whose agreement is predicted
    examples: int
    measures: dict[str, dict[str, float]]  # method → measure → value


def measure_set(votes: Votes, *, seen: int, seeds: int) -> Cell:
    """The examples with the set's usual number of votes or more, by the votes seen of them."""
    overlap = np.bincount(votes.task, minlength=votes.n_tasks)
    full = int(np.bincount(overlap).argmax())
    enough = overlap >= full
    rounds: dict[str, list[dict[str, float]]] = {method: [] for method in METHODS}
    for seed in range(seeds):
        one = arrival(votes, seed=seed)
        few = one.counts(np.minimum(seen, overlap))[enough]
        everything = one.counts(np.minimum(full, overlap))[enough]
        for method, found in judged(few, everything, full=full, seed=seed).items():
            rounds[method].append(found)
    return Cell(
        votes=seen,
        full=full,
        examples=int(enough.sum()),
        measures={method: _means(found) for method, found in rounds.items()},
    )


def judged(few: Counts, everything: Counts, *, full: int, seed: int) -> dict[str, dict[str, float]]:
    """Each method's measures in one drawing of the votes seen."""
    true = everything.max(axis=1) / full
    raw = few.max(axis=1) / few.sum(axis=1)
    found = fit_agreement(few).predicts(full)
    ours = found.evidence.values[found.evidence.distinct.inverse]
    plain = dirichlet.predicted(few, n_votes=full, seed=seed)
    return {
        RAW: {"error": float(abs(raw - true).mean()), "bias": float((raw - true).mean())},
        DIRICHLET: measures(plain, true, seed=seed),
        OURS: measures(ours, true, seed=seed),
        INFORMED: measures(informed(few, everything, full=full, seed=seed), true, seed=seed),
    }


def informed(few: Counts, everything: Counts, *, full: int, seed: int) -> Floats:
    """As our posterior, but with a prior learned from all votes: what a known prior would give."""
    distinct = distinct_rows(few)
    prior = fit_prior(distinct_rows(everything), labels_alike=False)
    values = prior.future(distinct.rows, n_votes=full, seed=seed)
    return np.asarray(np.sort(values)[distinct.inverse])


def measures(values: Floats, true: Floats, *, seed: int) -> dict[str, float]:
    """How well (N, S) equally likely, ascending values predict (N,) true ones.

    `covered_*` counts a true value at an end of its interval only for the part of its probability
    that the level leaves inside (a randomised interval), so that a right prediction is covered
    exactly as often as the level says. `within_*` counts the printed interval with its ends.
    """
    below = (values < true[:, None] - NEARLY).mean(axis=1)
    upto = (values <= true[:, None] + NEARLY).mean(axis=1)
    place = below + np.random.default_rng(seed).random(len(true)) * (upto - below)
    found = {
        "error": float(abs(values.mean(axis=1) - true).mean()),
        "median_error": float(abs(np.median(values, axis=1) - true).mean()),
        "bias": float((values.mean(axis=1) - true).mean()),
        "log_score": float(np.log(np.maximum(upto - below, 0.5 / values.shape[1])).mean()),
    }
    for level in LEVELS:
        tail = (1 - level) / 2
        found[f"covered_{level:.0%}"] = float((abs(place - 0.5) <= level / 2).mean())
        found[f"within_{level:.0%}"] = float(((upto > tail) & (below < 1 - tail)).mean())
    return found


def _means(found: list[dict[str, float]]) -> dict[str, float]:
    return {name: float(np.mean([one[name] for one in found])) for name in found[0]}
