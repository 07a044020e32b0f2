"""One answer of the explorer, as its page draws it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from curation.datasets.policy import Policy
from curation.explorer.evidence import Evidence, Ints
from curation.explorer.evidence_answers import Answer, answer, counterpart
from curation.explorer.evidence_selection import kept_per_label, measured
from curation.explorer.evidence_ties import at_the_line
from curation.reporting import LabelOutcome, LabelStyle, MirroredBars, mirrored_bars
from curation.reporting.kept_histogram import KeptHistogram, Level, kept_histogram
from curation.reporting.mirrored import Scale, common_scale
from curation.services.exploring.costs import Cost, Spent, cost_of
from curation.services.exploring.scores import Measured
from curation.services.report.policies import finding_of
from curation.views.explorer import wording
from curation.views.explorer.scores import score_words


@dataclass(frozen=True, kw_only=True)
class Panel:
    """What a policy keeps of each label, as mirrored bars."""

    title: str
    finding: str
    outcomes: list[LabelOutcome]
    bars: MirroredBars


@dataclass(frozen=True, kw_only=True)
class Way:
    """One of the two ways to keep, for comparing."""

    panel: Panel
    policy: Policy
    kept: int
    sentence: str  # what it does to the rarest label
    chosen: bool  # the one the page is set to
    score: str  # what to expect of it; "" where that was not measured


@dataclass(frozen=True, kw_only=True)
class Reason:
    title: str
    examples: int


@dataclass(frozen=True, kw_only=True)
class Picture:
    """All that depends on the policy."""

    answer: Answer
    kept_sentence: str
    minority_sentence: str
    tie_sentence: str  # "" where the line does not fall among equals
    panel: Panel
    histogram: KeptHistogram | None
    reasons: list[Reason]
    ways: list[Way]  # one γ first; empty where everything is kept
    length: str
    topics: str
    voters: str
    cost: Cost | None


def picture(
    evidence: Evidence,
    policy: Policy,
    styles: Sequence[LabelStyle],
    *,
    price: float | None,
    texts: Spent,
    scores: Measured | None = None,
) -> Picture:
    """Everything the page says about `policy`.

    Raises:
        PolicyError: as `drop_reasons`.
    """
    found = answer(evidence, policy)
    outcomes = _outcomes(found.judged, found.kept, styles)
    return Picture(
        answer=found,
        kept_sentence=wording.kept_sentence(found, styles),
        minority_sentence=wording.minority_sentence(found, styles),
        tie_sentence=wording.tie_sentence(at_the_line(evidence, found)),
        panel=_panel(policy, outcomes, common_scale([outcomes])),
        histogram=_histogram(evidence, found, styles),
        reasons=[
            Reason(title=title, examples=int(found.reasons[name].sum()))
            for name, title in wording.REASONS.items()
            if found.reasons[name].any()
        ],
        ways=_ways(evidence, found, styles, scores),
        length=wording.length_sentence(found.length),
        topics=wording.topic_sentence(found.topics, evidence),
        voters=wording.voters_sentence(found.voters, evidence),
        cost=cost_of(kept=found.n_kept, votes=evidence.votes, price=price, texts=texts),
    )


def _outcomes(judged: Ints, kept: Ints, styles: Sequence[LabelStyle]) -> list[LabelOutcome]:
    return [
        LabelOutcome(
            label=style,
            kept=int(kept[style.position]),
            dropped=int(judged[style.position] - kept[style.position]),
        )
        for style in styles
    ]


def _panel(policy: Policy, outcomes: list[LabelOutcome], scale: Scale) -> Panel:
    words = wording.way_words(policy, [outcome.label for outcome in outcomes])
    return Panel(
        title=words[:1].upper() + words[1:],
        finding=finding_of(outcomes),
        outcomes=outcomes,
        bars=mirrored_bars(outcomes, scale=scale),
    )


def _histogram(
    evidence: Evidence, found: Answer, styles: Sequence[LabelStyle]
) -> KeptHistogram | None:
    groups, selection = evidence.groups, found.selection
    agreement = measured(evidence, by_posterior=selection.by_posterior)
    columns = (groups.label, agreement, groups.size, selection.kept_of)
    levels = (
        Level(label=label, agreement=value, kept=kept, dropped=size - kept)
        for label, value, size, kept in zip(*(one.tolist() for one in columns), strict=True)
    )
    return kept_histogram(levels, styles, cuts=_cuts(found, styles))


def _cuts(found: Answer, styles: Sequence[LabelStyle]) -> list[float | None]:
    """Where the line stands in each label's panel."""
    policy = found.policy
    if policy.threshold is not None:
        return [policy.threshold] * len(styles)
    if policy.label_thresholds:
        own = dict(policy.label_thresholds)
        return [own[style.name] for style in styles]
    if policy.keep_share is None:
        return [None] * len(styles)
    cuts = found.selection.cuts.tolist()
    return [None if cut != cut else cut for cut in cuts]


def _ways(
    evidence: Evidence, found: Answer, styles: Sequence[LabelStyle], scores: Measured | None
) -> list[Way]:
    """One γ for all and a share within each label, keeping about as many, on one scale."""
    policies = [policy for policy in _pair(evidence, found.policy) if policy is not None]
    kept = [kept_per_label(evidence, policy) for policy in policies]
    outcomes = [_outcomes(found.judged, one, styles) for one in kept]
    scale = common_scale(outcomes)
    return [
        Way(
            panel=_panel(policy, outcome, scale),
            policy=policy,
            kept=int(counts.sum()),
            sentence=wording.minority_sentence(replace(found, kept=counts), styles),
            chosen=policy == found.policy,
            score="" if scores is None else score_words(scores, policy),
        )
        for policy, counts, outcome in zip(policies, kept, outcomes, strict=True)
    ]


def _pair(evidence: Evidence, policy: Policy) -> list[Policy | None]:
    other = counterpart(evidence, policy)
    if other is None:
        return []
    if policy.kind == "within_label":
        return [other, policy]
    if policy.kind == "global":
        return [policy, other]
    return [counterpart(evidence, other), other]
