"""The two ways to keep, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from curation.models import DatasetVersion
from curation.reporting import LabelOutcome, LabelStyle, MirroredBars, mirrored_bars, wording
from curation.reporting.mirrored import Scale, common_scale
from curation.services.report.versions import (
    is_within_label,
    outcomes_of,
    policy_of,
    policy_title,
)

UNEVEN = 0.1  # difference of two labels' kept shares from which we say so
FEW = 10  # of fewer texts a share cannot say much: one text more or less moves it by a tenth


@dataclass(frozen=True, kw_only=True)
class PolicyPanel:
    """One dataset version as the report draws it."""

    version: DatasetVersion
    title: str
    sentence: str  # the policy in words
    outcomes: list[LabelOutcome]
    bars: MirroredBars
    dropped: list[tuple[str, int]]  # reason in words, examples
    finding: str  # what it does to the labels

    @property
    def within_label(self) -> bool:
        return is_within_label(self.version)


def policy_panels(
    versions: Sequence[DatasetVersion], styles: Sequence[LabelStyle]
) -> list[PolicyPanel]:
    """The newest version of each way to keep, global first, bars on one common scale."""
    newest = {is_within_label(version): version for version in versions}
    chosen = [newest[kind] for kind in (False, True) if kind in newest]
    outcomes = [outcomes_of(version, list(styles)) for version in chosen]
    scale = common_scale(outcomes)
    return [_panel(version, found, scale) for version, found in zip(chosen, outcomes, strict=True)]


def panel_of(version: DatasetVersion, styles: Sequence[LabelStyle]) -> PolicyPanel:
    """One version by itself."""
    outcomes = outcomes_of(version, list(styles))
    return _panel(version, outcomes, common_scale([outcomes]))


def _panel(version: DatasetVersion, outcomes: list[LabelOutcome], scale: Scale) -> PolicyPanel:
    return PolicyPanel(
        version=version,
        title=policy_title(version),
        sentence=policy_of(version).sentence(),
        outcomes=outcomes,
        bars=mirrored_bars(outcomes, scale=scale),
        dropped=[(wording.reason(code), n) for code, n in sorted(version.dropped.items())],
        finding=finding_of(outcomes),
    )


def is_even(outcomes: Sequence[LabelOutcome]) -> bool:
    """Whether a policy keeps about the same share of every label.

    Of a label with few texts no share can be exact: it may be off by one text, but not be gone.
    """
    many = [outcome for outcome in outcomes if outcome.judged >= FEW]
    few = [outcome for outcome in outcomes if 0 < outcome.judged < FEW]
    if not many:
        many, few = few, []
    shares = [outcome.share_kept for outcome in many]
    if not shares:
        return True
    overall = sum(outcome.kept for outcome in many) / sum(outcome.judged for outcome in many)
    return max(shares) - min(shares) < UNEVEN and all(
        outcome.kept and abs(outcome.kept - overall * outcome.judged) <= 1 for outcome in few
    )


def finding_of(outcomes: Sequence[LabelOutcome]) -> str:
    """What a policy does to the balance between labels, in a sentence."""
    judged = [outcome for outcome in outcomes if outcome.judged]
    if len(judged) < 2:
        return "Only one label was found by the crowd, so there is no balance to keep."
    if is_even(judged):
        many = [outcome for outcome in judged if outcome.judged >= FEW]
        least, most = _extremes(many if len(many) > 1 else judged)
        return (
            f"Every label keeps a similar share: {_kept(least)} of “{least.label.title}”, "
            f"{_kept(most)} of “{most.label.title}”."
        )
    least, most = _extremes(judged)
    return (
        f"“{least.label.title}” loses most: {_kept(least)} stay, "
        f"against {_kept(most)} of “{most.label.title}”."
    )


def _extremes(outcomes: Sequence[LabelOutcome]) -> tuple[LabelOutcome, LabelOutcome]:
    """Which label keeps least and which most of its texts; two different ones on a tie."""
    least = min(outcomes, key=lambda outcome: outcome.share_kept)
    return least, max(reversed(outcomes), key=lambda outcome: outcome.share_kept)


def _kept(outcome: LabelOutcome) -> str:
    return wording.share(outcome.kept, outcome.judged)
