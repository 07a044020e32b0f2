"""Dawid-Skene on a million votes against crowd-kit, in one run, with as many steps."""

from __future__ import annotations

import time
import warnings
from typing import Any

import numpy as np

from benchmarks.agreement.crowd import Wish, load, made_votes, seconds
from curation.aggregation.dawid_skene import dawid_skene
from curation.aggregation.result import Floats, Votes

TARGET_RATIO, TARGET_DIFFERENCE = 8.0, 1e-9


def measure(wish: Wish) -> dict[str, Any]:
    votes = made_votes(wish.votes, n_labels=wish.labels)
    before = load()
    ours = seconds(lambda: dawid_skene(votes, steps=wish.steps), repeats=wish.repeats)
    found = dawid_skene(votes, steps=wish.steps)
    started = time.perf_counter()
    theirs = _crowd_kits(votes, wish.steps)
    took = time.perf_counter() - started
    return {
        "votes": len(votes.task),
        "examples": votes.n_tasks,
        "annotators": votes.n_workers,
        "labels": votes.n_labels,
        "steps": wish.steps,
        "load_before": before,
        "ours_s": round(ours, 3),
        "crowd_kit_s": round(took, 2),
        "load_after": load(),
        "ratio": round(took / ours, 1),
        "target_ratio": TARGET_RATIO,
        "largest_difference": float(np.abs(found.probabilities - theirs).max()),
        "target_difference": TARGET_DIFFERENCE,
        "labels_that_differ": int((found.labels != theirs.argmax(axis=1)).sum()),
    }


def _crowd_kits(votes: Votes, steps: int) -> Floats:
    """(T, K) crowd-kit's posteriors; reading the votes into a frame counts for it, as for us."""
    from crowdkit.aggregation import DawidSkene

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = DawidSkene(n_iter=steps, tol=float("-inf"))
        frame = model.fit_predict_proba(votes.frame())
    full = frame.reindex(index=range(votes.n_tasks), columns=range(votes.n_labels))
    return np.asarray(full.to_numpy(dtype=np.float64))
