"""Words for what is done about annotators, and for the project without one of them."""

from __future__ import annotations

import math
from dataclasses import dataclass

from curation.models import Annotator
from curation.reporting import wording
from curation.services.quality.difference import Difference, without


@dataclass(frozen=True, kw_only=True)
class VerbWords:
    button: str  # on the annotator's page
    title: str  # of the page that asks again; {} is the name
    means: str
    deed: str  # on the button that does it; {} is the name


VERB_WORDS: dict[str, VerbWords] = {
    "warn": VerbWords(
        button="Warn",
        title="Warn {}?",
        means="They go on as before and read the words below on their page. Their votes count.",
        deed="Warn {}",
    ),
    "pause": VerbWords(
        button="Pause",
        title="Pause {}?",
        means="They get no more texts until somebody lets them go on. Their votes count.",
        deed="Pause {}",
    ),
    "resume": VerbWords(
        button="Back to good standing",
        title="Put {} back in good standing?",
        means="They get texts again and read no warning.",
        deed="Put {} back",
    ),
    "requeue": VerbWords(
        button="Set votes aside",
        title="Set the votes of {} aside?",
        means="Their votes stop counting and they get no more texts. Nothing is deleted; the way "
        "back is one click.",
        deed="Set the votes aside and ask others",
    ),
    "restore": VerbWords(
        button="Let votes count again",
        title="Let the votes of {} count again?",
        means="Their votes count as before and they get texts again.",
        deed="Let the votes count again",
    ),
}


@dataclass(frozen=True, kw_only=True)
class ComparedRow:
    what: str
    before: str = ""
    after: str
    chance: str = ""  # what as many random votes gone would give; "" where it is not told


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """The project with and without one annotator, in words."""

    finding: str
    rows: list[ComparedRow]
    removed: int
    entering: list[str]  # external ids at γ
    leaving: list[str]
    flipped: list[str]


IDS_SHOWN = 12


def comparison_of(annotator: Annotator) -> Comparison:
    """
    Raises:
        NothingToDo: this person has no votes on texts of the pool.
    """
    difference = without(annotator.project, [annotator.name])
    change = difference.change
    moved = change.moved["global"]
    return Comparison(
        finding=_finding(difference),
        rows=_rows(difference),
        removed=difference.removed,
        entering=[difference.ids[place] for place in moved.entering[:IDS_SHOWN].tolist()],
        leaving=[difference.ids[place] for place in moved.leaving[:IDS_SHOWN].tolist()],
        flipped=[difference.ids[place] for place in change.flipped[:IDS_SHOWN].tolist()],
    )


def _finding(difference: Difference) -> str:
    """What to make of it, no more sure than chance allows."""
    change = difference.change
    if math.isnan(change.after.alpha) or math.isnan(change.before.alpha):
        return "Agreement is undefined on one side, so nothing can be said."
    low, high = change.chance_alpha.low, change.chance_alpha.high
    if low <= change.after.alpha <= high:
        return "Agreement without them is what as many random votes less would give, too."
    way = "higher" if change.after.alpha > high else "lower"
    return (
        f"Without them agreement is {way} than as many random votes less would make it: "
        f"α {wording.decimal(change.after.alpha)} instead of "
        f"{wording.decimal(change.before.alpha)}."
    )


def _rows(difference: Difference) -> list[ComparedRow]:
    change = difference.change
    before, after = change.before, change.after
    share = f"{100 * difference.keep_share:.0f}"
    rows = [
        ComparedRow(
            what="Krippendorff’s α",
            before=_alpha(before.alpha, before.alpha_low, before.alpha_high),
            after=_alpha(after.alpha, after.alpha_low, after.alpha_high),
            chance=_range(change.chance_alpha.low, change.chance_alpha.high),
        ),
        ComparedRow(
            what="Mean agreement aᵢ",
            before=_number(before.mean_agreement),
            after=_number(after.mean_agreement),
            chance=_range(change.chance_agreement.low, change.chance_agreement.high),
        ),
        _kept(difference, "global", f"Kept at γ = {difference.threshold:g}"),
        _kept(difference, "within_label", f"Kept, best {share} % of each label"),
        ComparedRow(
            what="Labels that flip",
            after=f"{len(change.flipped):,}",
            chance=f"{change.chance_flipped.low:.0f} to {change.chance_flipped.high:.0f}",
        ),
    ]
    if gone := len(change.silent):
        rows.append(ComparedRow(what="Texts left without votes", after=f"{gone:,}"))
    return rows


def _kept(difference: Difference, policy: str, what: str) -> ComparedRow:
    change = difference.change
    moved = change.moved[policy]
    return ComparedRow(
        what=what,
        before=f"{change.before.kept[policy]:,}",
        after=f"{change.after.kept[policy]:,} ({len(moved.entering):,} enter, "
        f"{len(moved.leaving):,} leave)",
    )


def _number(value: float) -> str:
    return wording.decimal(None if math.isnan(value) else value)


def _alpha(value: float, low: float, high: float) -> str:
    if math.isnan(value):
        return "undefined"
    return f"{_number(value)} ({_range(low, high)})"


def _range(low: float, high: float) -> str:
    if math.isnan(low) or math.isnan(high):
        return "no interval"
    return wording.between(low, high)
