"""Types of annotators as a short list of states, and how common each is.

An annotator of tracking level a answers a task like an attentive peer would with probability
|a| (for a < 0: like one who knows and names another label) and otherwise without regard to the
text. Careless annotators have a near 0, attentive ones lie above, adversarial ones below. Two
more types keep people from being called careless who are not: "own view" follows the peers as
little as the careless do, but repeats itself on repeated texts or agrees with one other
annotator; "leaning" reads some texts and gives a favourite label to the others.
"""

from __future__ import annotations

import numpy as np

from curation.quality.answers import Flags, Floats

KINDS = ("attentive", "careless", "adversarial", "own_view", "leaning")
ATTENTIVE, CARELESS, ADVERSARIAL, OWN_VIEW, LEANING = range(len(KINDS))

_STATES: tuple[tuple[int, float], ...] = (
    *((ADVERSARIAL, level) for level in (-0.9, -0.7, -0.5, -0.3)),
    *((CARELESS, level) for level in (0.0, 0.1)),
    *((ATTENTIVE, level) for level in (0.2, 0.35, 0.5, 0.65, 0.8, 0.95)),
    (OWN_VIEW, 0.0),
    *((LEANING, level) for level in (0.3, 0.45)),
)
KIND = np.array([kind for kind, _ in _STATES])  # (S,)
LEVEL = np.array([level for _, level in _STATES])  # (S,) in [-1, 1]
STRENGTH = np.abs(LEVEL)
OPPOSES = LEVEL < 0
READS = KIND != CARELESS

# Before anything is seen. The first three are learned from the project's annotators; these shares
# weigh as much as PSEUDO annotators. The last two stay as they are: nearly everybody leans a
# little, so a learned share would grow until nobody is careless.
START = {ATTENTIVE: 0.84, CARELESS: 0.115, ADVERSARIAL: 0.03, OWN_VIEW: 0.005, LEANING: 0.01}
FIXED = (OWN_VIEW, LEANING)
PSEUDO = 10.0  # annotators
USUAL = {ATTENTIVE: 0.75, ADVERSARIAL: -0.75}  # level of most annotators of the type
SPREAD = 0.15  # standard deviation of their levels
WEIGHT = 4.0  # annotators that USUAL and SPREAD weigh as much as
ANY_LEVEL = 0.03  # share of a type whose level follows no bell


def starting_shares() -> Floats:
    """(S,) how common each state is before any answer is seen; sums to 1.

    >>> round(float(starting_shares().sum()), 9)
    1.0
    """
    shares = np.zeros(len(KIND))
    for kind, share in START.items():
        members = _members(kind)
        shares[members] = share * _spread_over(kind, np.zeros(np.count_nonzero(members)))
    return shares


def learned_shares(posterior: Floats) -> Floats:
    """How common each state is, from the annotators seen so far.

    Levels of the attentive and of the adversarial follow a bell of learned mean and width, so
    that a clear gap between them and the careless sharpens every verdict.

    Args:
        posterior: (W, S) each annotator's probabilities.

    Returns:
        (S,) shares, sum to 1.
    """
    seen = posterior.sum(axis=0)
    shares = np.zeros(len(KIND))
    learned = 1 - sum(START[kind] for kind in FIXED)
    free = np.array([kind not in FIXED for kind in KIND])
    size = seen[free].sum() + PSEUDO
    for kind, share in START.items():
        members = _members(kind)
        mass = share
        if kind not in FIXED:
            mass = learned * (seen[members].sum() + PSEUDO * share / learned) / size
        shares[members] = mass * _spread_over(kind, seen[members])
    return shares


def _members(kind: int) -> Flags:
    """(S,) the states of a type."""
    return np.asarray(kind == KIND)


def _spread_over(kind: int, seen: Floats) -> Floats:
    """How a type's share is divided over its states; sums to 1.

    Args:
        seen: (states of the type,) annotators found in each.
    """
    levels = LEVEL[_members(kind)]
    if kind not in USUAL:
        return np.full(len(levels), 1 / len(levels))
    size = WEIGHT + seen.sum()
    mean = (WEIGHT * USUAL[kind] + seen @ levels) / size
    variance = (WEIGHT * SPREAD**2 + seen @ (levels - mean) ** 2) / size
    bell = np.exp(-((levels - mean) ** 2) / (2 * variance))
    return np.asarray((1 - ANY_LEVEL) * bell / bell.sum() + ANY_LEVEL / len(levels))
