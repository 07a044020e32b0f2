"""Which policy to use, if any, given that the best of many is chosen.

The best of many candidates looks better than it is. So only few are in the running: four shares
within labels and up to four values of γ, by each agreement, without cutting labels down, which
throws rows away. One is recommended only when its score is above three others at once: keeping
everything, keeping everything with equal weight for each label, and a random subset of the same
size, each by more than the largest lead that any candidate has by chance in 90 % of resamples
(White 2000, A reality check for data snooping; the largest of all studentised leads). Of those
that pass, the one that keeps most rows and is within one standard error of the best is taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from curation.explorer.candidates import Candidate
from curation.explorer.curves import (
    BALANCED,
    GLOBAL,
    KEEP_ALL,
    POSTERIOR,
    SOFT,
    WEIGHTS,
    WITHIN_LABEL,
    Band,
    Recommendation,
)
from curation.explorer.resampling import Draws
from curation.explorer.selections import Codes, Floats, Mask

CONFIDENCE = 0.9
SHARES = (0.3, 0.5, 0.7, 0.9)
GAMMAS = 4  # spread evenly over those of the curve that drop anything
OTHERWISE = {
    BALANCED: "giving every label the same weight",
    WEIGHTS: "weighting examples by agreement",
    SOFT: "training on the vote shares as soft labels",
}


@dataclass(frozen=True, kw_only=True)
class Tried:
    """C candidates, the lines beside them among these, with paired draws of their macro-F1."""

    candidates: Sequence[Candidate]
    own: Draws
    random: Draws  # the same rows and rounds, trained on random subsets
    kept: Floats  # (C,) training rows

    def line(self, kind: str) -> Draws:
        """The draws of a line such as KEEP_ALL."""
        return self.own.of(self.place(kind))

    def place(self, kind: str) -> int:
        return next(at for at, one in enumerate(self.candidates) if one.kind == kind)


def recommend(tried: Tried, *, on_test: bool) -> Recommendation:
    """The policy to use with its reason, or that no threshold helps.

    Args:
        on_test: the scores come from the project's test set, which the sentence then says.
    """
    running = _running(tried)
    leads = [
        tried.own - tried.line(KEEP_ALL),
        tried.own - tried.line(BALANCED),
        tried.own - tried.random,
    ]
    passing = np.flatnonzero(_above_chance(leads, running))
    if not len(passing):
        return Recommendation(helps=False, sentence=_nothing(tried, running, leads[2]))
    chosen = _plainest(tried, passing)
    one = tried.candidates[chosen]
    against_all, against_random = leads[0].band(chosen), leads[2].band(chosen)
    score = tried.own.band(chosen)
    assert against_all is not None
    assert against_random is not None
    assert score is not None
    return Recommendation(
        helps=True,
        sentence=_reason(one, score, against_all, against_random)
        + (" It was chosen on the test texts, so a score on them is a little too good."
           if on_test else " It was chosen by these scores, so its lead is a little too large."),
        kind=one.kind,
        agreement=one.agreement,
        balanced=one.balanced,
        value=one.value,
        against_all=against_all,
        against_random=against_random,
    )  # fmt: skip


def _running(tried: Tried) -> Mask:
    """(C,) the few candidates one of which may be recommended."""
    running = np.zeros(len(tried.candidates), dtype=bool)
    plain = [(at, one) for at, one in enumerate(tried.candidates) if not one.balanced]
    for agreement in {one.agreement for _, one in plain}:
        same = [(at, one) for at, one in plain if one.agreement == agreement]
        shares = [at for at, one in same if one.kind == WITHIN_LABEL and one.value in SHARES]
        most = tried.kept[tried.place(KEEP_ALL)]
        gammas = [at for at, one in same if one.kind == GLOBAL and tried.kept[at] < most - 0.5]
        gammas.sort(key=lambda at: tried.candidates[at].value)
        spread = np.unique(np.linspace(0, len(gammas) - 1, GAMMAS).round()).astype(int)
        running[shares] = True
        running[[gammas[place] for place in spread.tolist()] if gammas else []] = True
    return running & ~np.isnan(tried.own.score)


def _above_chance(leads: Sequence[Draws], among: Mask) -> Mask:
    """(C,) whether every lead of a candidate is larger than chance gives the best of all."""
    above = among.copy()
    for lead in leads:
        error = lead.resampled.std(axis=0, ddof=1)
        moves = among & (error > 1e-9)  # a subset that is everything leads nothing
        by_chance = (lead.resampled - lead.score)[:, moves] / error[moves]
        bar = float(np.quantile(by_chance.max(axis=1, initial=0), CONFIDENCE))
        above &= moves & (lead.score > bar * error)
    return above


def _plainest(tried: Tried, passing: Codes) -> int:
    """Of those within a standard error of the best, the one that keeps most; ties: raw, plain."""
    best = passing[np.argmax(tried.own.score[passing])]
    behind = tried.own.of(int(best)) - tried.own
    error = behind.resampled.std(axis=0, ddof=1)
    near = [int(at) for at in passing if behind.score[at] <= error[at] + 1e-12]
    return min(
        near,
        key=lambda at: (
            -round(float(tried.kept[at]), 6),
            tried.candidates[at].agreement == POSTERIOR,
            tried.candidates[at].balanced,
            at,
        ),
    )


def _nothing(tried: Tried, running: Mask, over_random: Draws) -> str:
    every = tried.line(KEEP_ALL).score[0]
    said = f"No threshold helps here: keeping everything scores {every:.3f}"
    if running.any():
        scores = np.where(running, tried.own.score, -np.inf)
        best = int(np.argmax(scores))
        said += (
            f", the best of {int(running.sum())} tried ({words(tried.candidates[best])}) "
            f"{scores[best]:.3f}, which is not more than chance gives the best of so many"
        )
    return said + _otherwise(tried) + "." + _if_rows_must_go(tried, running, over_random)


def _otherwise(tried: Tried) -> str:
    """What gains without dropping anything, if something does."""
    better = [
        (lead.mean, kind)
        for kind in OTHERWISE
        if (lead := (tried.line(kind) - tried.line(KEEP_ALL)).band(0)) and lead.low > 0
    ]
    if not better:
        return ""
    gain, kind = max(better)
    return f"; {OTHERWISE[kind]} instead gains {gain:.3f}"


def _if_rows_must_go(tried: Tried, running: Mask, over_random: Draws) -> str:
    """The best candidate that is surely better than chance would choose, if there is one."""
    sure = np.flatnonzero(_above_chance([over_random], running))
    if not len(sure):
        return ""
    best = int(sure[np.argmax(tried.own.score[sure])])
    return (
        f" If rows have to go, {words(tried.candidates[best])}: {over_random.score[best]:.3f} more "
        "than random rows in the same number."
    )


def _reason(one: Candidate, score: Band, against_all: Band, against_random: Band) -> str:
    return (
        f"{words(one).capitalize()}: the expected macro-F1 is {score.mean:.3f}, "
        f"{against_all.mean:.3f} more than keeping everything ({against_all.low:.3f} to "
        f"{against_all.high:.3f}) and {against_random.mean:.3f} more than random rows in the same "
        "number, above what chance gives the best of so many."
    )


def words(one: Candidate) -> str:
    """What a candidate keeps.

    >>> words(Candidate(kind=GLOBAL, value=0.8))
    'keep agreement of at least 0.8'
    """
    which = "posterior agreement" if one.agreement == POSTERIOR else "agreement"
    kept = (
        f"keep {which} of at least {round(one.value, 3):g}"
        if one.kind == GLOBAL
        else f"keep the most agreed {one.value:.0%} of each label"
        + (" by posterior agreement" if one.agreement == POSTERIOR else "")
    )
    return kept + (", every label cut to the same size" if one.balanced else "")
