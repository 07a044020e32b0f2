"""What a policy does, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from curation.datasets.keeping import (
    BALANCED,
    BELOW_SHARE,
    BELOW_THRESHOLD,
    BY_HAND,
    FEW_VOTES,
    MISMATCH,
)
from curation.datasets.policy import Policy
from curation.explorer.curves import Band
from curation.explorer.evidence import Evidence
from curation.explorer.evidence_answers import Answer, LengthDrift, TopicDrift, VotersDrift
from curation.explorer.evidence_ties import Ties
from curation.reporting import LabelStyle, wording

SAME = 0.015  # two shares that differ by less are told as the same
RARE = 5  # texts of a label below which their number says more than a share
SMALL, LARGE = 0.1, 0.3  # standardised differences of lengths

REASONS = {
    BY_HAND: "set aside by hand",
    FEW_VOTES: "too few votes",
    MISMATCH: "not the intended label",
    BELOW_THRESHOLD: "below γ",
    BELOW_SHARE: "outside the most agreed share",
    BALANCED: "over the balance of labels",
}


def kept_sentence(answer: Answer, styles: Sequence[LabelStyle]) -> str:
    """How many stay, and under what."""
    return (
        f"{answer.n_kept:,} of {wording.plural(answer.n_judged, 'judged text')} stay: "
        f"{way_words(answer.policy, styles)}."
    )


def way_words(policy: Policy, styles: Sequence[LabelStyle]) -> str:
    """The way to keep, without the choices beside it; labels by title, in the project's order."""
    how = "posterior agreement" if policy.measure == "posterior" else "agreement"
    if policy.keep_share is not None:
        by = " by posterior agreement" if policy.measure == "posterior" else ""
        return f"the most agreed {percent(policy.keep_share)} of each label{by}"
    if policy.threshold is not None:
        return f"{how} of at least {policy.threshold:g}, whatever the label"
    if policy.label_thresholds:
        asked = dict(policy.label_thresholds)
        each = ", ".join(
            f"{asked[style.name]:g} for “{style.title}”" for style in styles if style.name in asked
        )
        return f"{how} of at least {each}"
    return "everything that was judged"


def minority_sentence(answer: Answer, styles: Sequence[LabelStyle]) -> str:
    """What the policy does to the label that fewest texts carry."""
    if not answer.n_kept:
        return "Nothing would be left; lower the threshold or the minimum of votes."
    rare = answer.minority
    if rare is None:
        return "Only one label was found by the crowd, so there is no balance to keep."
    title = styles[rare].title
    kept, judged = int(answer.kept[rare]), int(answer.judged[rare])
    if not kept:
        return f"“{title}”, the rarest label, is gone: a classifier could never answer it."
    if judged < RARE:
        return (
            f"“{title}”, the rarest label, has {wording.plural(judged, 'text')}, of which {kept} "
            f"{'stays' if kept == 1 else 'stay'}: too few to learn it from."
        )
    before, after = judged / answer.n_judged, kept / answer.n_kept
    rest = (answer.n_kept - kept) / (answer.n_judged - judged)
    if abs(after - before) < SAME:
        return (
            f"“{title}”, the rarest label, keeps its place: {percent(after)} of the texts, "
            f"{percent(before)} before."
        )
    moves = "shrinks" if after < before else "grows"
    return (
        f"“{title}”, the rarest label, {moves} from {percent(before)} to {percent(after)} of the "
        f"texts: {percent(kept / judged)} of it stays, against {percent(rest)} of the rest."
    )


def tie_sentence(ties: Ties) -> str:
    """That a share cuts through texts which agree equally, so that something else decides."""
    if ties.kept == ties.judged:
        return ""
    return (
        f"The line falls among {wording.plural(ties.judged, 'text')} that people agree on equally; "
        f"{ties.kept:,} of them {'stays' if ties.kept == 1 else 'stay'}, by the aggregator’s "
        "probability, then by lot."
    )


def percent(share: float) -> str:
    r"""
    >>> percent(0.7), percent(0.004)
    ('70\xa0%', 'under\xa01\xa0%')
    """
    if 0 < share < 0.005:
        return f"under{wording.NO_BREAK}1{wording.NO_BREAK}%"
    return f"{100 * share:.0f}{wording.NO_BREAK}%"


def length_sentence(drift: LengthDrift | None) -> str:
    if drift is None:
        return "Nothing is kept."
    size = abs(drift.difference)
    how = "hardly differ" if size < SMALL else "differ a little" if size < LARGE else "differ"
    direction = "" if size < SMALL else (" (longer)" if drift.difference > 0 else " (shorter)")
    return (
        f"Texts {how} in length{direction}: {drift.kept:.0f} characters on average, "
        f"{drift.judged:.0f} over all judged texts "
        f"({wording.signed(drift.difference)} standard deviations)."
    )


def topic_sentence(drift: TopicDrift | None, evidence: Evidence) -> str:
    if not evidence.topic_words:
        return (
            "Not known yet: topics are groups of texts with similar vectors, which the measurement "
            "of expected scores makes by the way."
        )
    if drift is None:
        return "Nothing is kept."
    if drift.distance < SAME:
        return f"Topics stay as they were, over {len(evidence.topic_words)} groups of like texts."
    return (
        f"{percent(drift.distance)} of the texts would have to change topic to undo the shift. "
        f"Texts about “{evidence.topic_words[drift.loses]}” lose most: {percent(drift.share_kept)} "
        f"of the kept, {percent(drift.share_judged)} of all ({drift.known:,} texts in "
        f"{len(evidence.topic_words)} groups by their vectors)."
    )


def voters_sentence(drift: VotersDrift | None, evidence: Evidence) -> str:
    if drift is None:
        return "Nothing is kept."
    names = evidence.annotator_names
    return (
        f"{names[drift.largest]} gave most of the {drift.votes:,} votes behind the kept texts: "
        f"{percent(drift.largest_share)}, {percent(drift.largest_before)} of all votes. "
        f"{names[drift.loses]} loses most: {drift.loses_kept:,} of "
        f"{wording.plural(drift.loses_votes, 'vote')} remain."
    )


def band_words(band: Band | None, *, signed: bool = False) -> str:
    if band is None:
        return "–"
    form = "+.3f" if signed else ".3f"
    return f"{band.mean:{form}} ({band.low:{form}} to {band.high:{form}})".replace("-", "−")
