"""Time per answer, and answers that came too fast to have read the text."""

from __future__ import annotations

import numpy as np

from curation.quality.answers import Answers, Flags, Floats
from curation.quality.estimates import Estimate, shares

LEAST = 0.3  # seconds; nobody sees a text, judges it and presses a key in less
READING = 40.0  # characters per second, about 480 words a minute, faster than people read
PRESSING = 0.5  # seconds on top of reading
QUICK = 3.0  # times faster than the peers at texts of this length
BANDS = 10  # of text length
ENOUGH_PEERS = 3  # annotators with times, for a comparison with them


def typical_seconds(answers: Answers) -> list[Estimate | None]:
    """Median seconds per answer, with the interval of its order statistics.

    >>> from dataclasses import replace
    >>> from curation.quality.answers import votes_only
    >>> answers = votes_only(
    ...     np.arange(3), np.zeros(3, int), np.zeros(3, int), n_tasks=3, n_workers=1, n_labels=2
    ... )
    >>> typical_seconds(replace(answers, seconds=np.array([2.0, 9.0, 4.0])))[0].value
    4.0
    """
    timed = _timed(answers)
    order = np.lexsort((timed.seconds, timed.worker))
    seconds, n = timed.seconds[order], timed.per_worker()
    start = np.cumsum(n) - n
    half = 0.98 * np.sqrt(n)  # 1.96 standard deviations of the rank of the median
    low = np.floor(n / 2 - half).clip(0).astype(int)
    return [
        Estimate(
            value=float(np.median(seconds[start[i] : start[i] + n[i]])),
            low=float(seconds[start[i] + low[i]]),
            high=float(seconds[start[i] + n[i] - 1 - low[i]]),
            n=int(n[i]),
        )
        if n[i]
        else None
        for i in range(len(n))
    ]


def too_fast(answers: Answers) -> list[Estimate | None]:
    """Share of answers that came implausibly fast.

    An answer is, when it took less than 0.3 s, or when it took less than a third of what peers
    usually take for a text of this length *and* less than reading it takes. Both are asked
    because a quick annotator is not a careless one, and because a whole crowd may be slow.
    `expected` is the share among all annotators' answers.
    """
    timed = _timed(answers)
    fast = implausible(timed)
    hits = np.bincount(timed.worker, weights=fast, minlength=timed.n_workers)
    usual = np.full(timed.n_workers, fast.mean() if len(fast) else 0.0)
    return shares(hits, timed.per_worker(), expected=usual)


def implausible(timed: Answers) -> Flags:
    """(A,) whether each answer came too fast; every answer has a time."""
    length_known = np.isfinite(timed.length)
    unread = ~length_known | (timed.seconds < timed.length / READING + PRESSING)
    quick = length_known  # with too few peers the reading time alone decides
    if len(np.unique(timed.worker)) >= ENOUGH_PEERS:
        quick = timed.seconds < _usual(timed, length_known) / QUICK
    return np.asarray((timed.seconds < LEAST) | (quick & unread))


def _usual(timed: Answers, known: Flags) -> Floats:
    """(A,) median seconds of all answers to texts of about this length."""
    band = np.zeros(len(timed.seconds), dtype=np.int64)
    if known.any():
        edges = np.quantile(timed.length[known], np.linspace(0, 1, BANDS + 1)[1:-1])
        band[known] = 1 + np.searchsorted(edges, timed.length[known])
    medians = np.ones(BANDS + 1)
    for one in np.unique(band):
        medians[one] = np.median(timed.seconds[band == one])
    return np.asarray(medians[band])


def _timed(answers: Answers) -> Answers:
    return answers.where((answers.label >= 0) & np.isfinite(answers.seconds))
