"""What a policy does to the data: numbers for one selection of the evidence."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from curation.datasets.policy import Policy
from curation.explorer.evidence import Evidence, Ints
from curation.explorer.evidence_selection import Selection, kept_rows, row_flags, select

STEPS = 100  # thresholds tried to find one that keeps as many rows


@dataclass(frozen=True, kw_only=True)
class LengthDrift:
    """How the kept texts' length differs from that of all judged texts."""

    kept: float  # mean, characters
    judged: float  # mean, characters
    difference: float  # of the means, in standard deviations of all judged texts


@dataclass(frozen=True, kw_only=True)
class TopicDrift:
    """How the kept texts spread over topics, against all judged texts whose topic is known."""

    distance: float  # total variation, in [0, 1]: the share that would have to move
    loses: int  # topic, in [0, C), whose share shrinks most
    share_kept: float  # of that topic among the kept, in [0, 1]
    share_judged: float  # of that topic among all
    known: int  # judged texts whose topic is known


@dataclass(frozen=True, kw_only=True)
class VotersDrift:
    """Whose votes stand behind the kept rows."""

    votes: int  # behind the kept rows
    judged: int  # behind all rows
    largest: int  # annotator, in [0, W), with the largest share of the votes kept
    largest_share: float  # of the votes kept, in [0, 1]
    largest_before: float  # that annotator's share of all votes
    loses: int  # annotator of whose votes the smallest part is kept
    loses_kept: int  # votes of theirs kept
    loses_votes: int  # of so many


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One policy's effect on K labels. Everything counts examples unless it says otherwise."""

    policy: Policy
    judged: Ints  # (K,)
    kept: Ints  # (K,)
    reasons: dict[str, Ints]  # reason → (K,)
    selection: Selection
    length: LengthDrift | None  # None where nothing is kept
    topics: TopicDrift | None  # None where topics are not known, or nothing is kept
    voters: VotersDrift | None  # None where nothing is kept

    @property
    def n_kept(self) -> int:
        return int(self.kept.sum())

    @property
    def n_judged(self) -> int:
        return int(self.judged.sum())

    @property
    def minority(self) -> int | None:
        """The label that fewest examples carry, of those that any does; None where it is alone."""
        present = np.flatnonzero(self.judged)
        if len(present) < 2:
            return None
        return int(present[np.argmin(self.judged[present])])


def answer(evidence: Evidence, policy: Policy) -> Answer:
    """What `policy` keeps and what that does to the data.

    Raises:
        PolicyError: as `drop_reasons`.
    """
    selection = select(evidence, policy)
    groups, size = evidence.groups, len(evidence.label_names)
    label = groups.label
    return Answer(
        policy=policy,
        judged=np.bincount(label, weights=groups.size, minlength=size).astype(np.int64),
        kept=np.bincount(label, weights=selection.kept_of, minlength=size).astype(np.int64),
        reasons=selection.reasons,
        selection=selection,
        length=_length(evidence, selection),
        topics=_topics(evidence, selection),
        voters=_voters(evidence, selection),
    )


def _length(evidence: Evidence, selection: Selection) -> LengthDrift | None:
    groups, length = evidence.groups, evidence.rows.length
    kept = int(selection.kept_of.sum())
    if not kept:
        return None
    total = float(groups.length[selection.whole].sum())
    total += float(length[selection.part].sum(dtype=np.float64))
    total -= float(length[selection.removed].sum(dtype=np.float64))
    n = evidence.examples
    mean = float(groups.length.sum()) / n
    spread = float(np.sqrt(max(0.0, float(groups.length_squared.sum()) / n - mean**2)))
    here = total / kept
    return LengthDrift(
        kept=here, judged=mean, difference=(here - mean) / spread if spread > 1e-6 else 0.0
    )


def _topics(evidence: Evidence, selection: Selection) -> TopicDrift | None:
    table = evidence.groups.topics
    n_topics = table.shape[1]
    if not n_topics:
        return None
    kept = table[selection.whole].sum(axis=0)
    kept = kept + _counted(evidence.rows.topic[selection.part], n_topics)
    kept = kept - _counted(evidence.rows.topic[selection.removed], n_topics)
    judged = table.sum(axis=0)
    if not kept.sum():
        return None
    here, there = kept / kept.sum(), judged / judged.sum()
    loses = int(np.argmin(here - there))
    return TopicDrift(
        distance=float(np.abs(here - there).sum() / 2),
        loses=loses,
        share_kept=float(here[loses]),
        share_judged=float(there[loses]),
        known=int(judged.sum()),
    )


def _counted(codes: npt.NDArray[np.int16], n: int) -> Ints:
    return np.bincount(codes[codes >= 0], minlength=n)


def _voters(evidence: Evidence, selection: Selection) -> VotersDrift | None:
    kept, judged = votes_kept(evidence, selection)
    if not kept.sum():
        return None
    largest = int(np.argmax(kept))
    active = np.flatnonzero(judged)
    loses = int(active[np.argmin(kept[active] / judged[active])])
    return VotersDrift(
        votes=int(kept.sum()),
        judged=int(judged.sum()),
        largest=largest,
        largest_share=float(kept[largest] / kept.sum()),
        largest_before=float(judged[largest] / judged.sum()),
        loses=loses,
        loses_kept=int(kept[loses]),
        loses_votes=int(judged[loses]),
    )


def votes_kept(evidence: Evidence, selection: Selection) -> tuple[Ints, Ints]:
    """(W,) votes of each annotator behind the kept rows, and (W,) behind all."""
    people, table, rows = len(evidence.annotator_names), evidence.groups.voters, evidence.rows
    if not table.shape[1]:
        kept = _votes_on(evidence, np.flatnonzero(kept_rows(evidence, selection)))
        return kept, np.bincount(rows.voter, minlength=people)
    if 2 * len(selection.removed) > evidence.examples:  # the few that stay are counted sooner
        places = np.flatnonzero(kept_rows(evidence, selection))
        return _votes_on(evidence, places), table.sum(axis=0)
    kept = table[selection.whole].sum(axis=0)
    kept = kept + _votes_on(evidence, selection.part)
    kept = kept - _votes_on(evidence, selection.removed)
    return kept, table.sum(axis=0)


def _votes_on(evidence: Evidence, places: Ints) -> Ints:
    """(W,) votes of each annotator on the rows at `places`."""
    first = evidence.rows.first_vote
    start = first[places]
    n = first[places + 1] - start
    ends = np.cumsum(n)
    at = np.repeat(start - (ends - n), n)
    at += np.arange(len(at))
    return np.bincount(evidence.rows.voter[at], minlength=len(evidence.annotator_names))


@dataclass(frozen=True, kw_only=True)
class Margin:
    """Rows next to the line that a policy draws, the nearest first."""

    places: Ints
    total: int  # rows on this side in all


def margin(
    evidence: Evidence, selection: Selection, *, kept: bool, first: int, size: int
) -> Margin:
    """Rows that just stay, or just go, taking labels in turn.

    Args:
        kept: those that stay; else those that agreement drops.
        first: of the rows asked for, counted from 0.
        size: how many, at most.
    """
    stays = row_flags(evidence, selection.whole, selection.part)
    side = stays if kept else selection.considered[evidence.rows.group] & ~stays
    total, nearest = 0, []
    start = evidence.rows.label_start
    order = evidence.rows.by_posterior if selection.by_posterior else np.arange(evidence.examples)
    for label in range(len(evidence.label_names)):
        places = order[start[label] : start[label + 1]]
        places = places[side[places]]
        total += len(places)
        nearest.append((places[::-1] if kept else places)[: first + size])
    turn = np.concatenate([np.arange(len(places)) for places in nearest])
    whose = np.repeat(np.arange(len(nearest)), [len(places) for places in nearest])
    mixed = np.concatenate(nearest)[np.lexsort((whose, turn))]
    return Margin(places=mixed[first : first + size], total=total)


def counterpart(evidence: Evidence, policy: Policy) -> Policy | None:
    """The other way to keep about as many rows: one γ for all, or a share within each label.

    None where a policy keeps all that is judged, since every way does that.
    """
    if policy.kind == "all":
        return None
    plain = replace(policy, balance="")
    selection = select(evidence, plain)
    kept = int(selection.kept_of.sum())  # before balancing: it is done alike on both sides
    if policy.keep_share is None:
        considered = int(evidence.groups.size[selection.considered].sum())
        share = max(0.01, round(kept / considered, 2)) if considered else 1.0
        return replace(policy, threshold=None, label_thresholds=(), keep_share=share)
    return replace(
        policy, keep_share=None, threshold=_threshold_keeping(evidence, plain, selection)
    )


def _threshold_keeping(evidence: Evidence, policy: Policy, wished: Selection) -> float:
    """γ in hundredths that keeps about as many rows, and like the wish does not keep all."""
    wanted, every = int(wished.kept_of.sum()), int(evidence.groups.size[wished.considered].sum())

    def kept(step: int) -> int:
        threshold = replace(policy, keep_share=None, threshold=step / STEPS)
        return int(select(evidence, threshold).kept_of.sum())

    if kept(STEPS) >= wanted:
        return 1.0
    low, high = 1, STEPS  # kept(low) ≥ wanted where any γ keeps so many
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if kept(middle) >= wanted else (low, middle)
    too_lax = kept(low) == every > wanted
    if not too_lax and kept(low) - wanted <= wanted - kept(high):
        return low / STEPS
    # agreement takes few values: name the one that is reached, not a place in the gap below it
    same = kept(high)
    while high < STEPS and kept(high + 1) == same:
        high += 1
    return high / STEPS
