"""What a stage's column says: the number that counts, what it is of, and what it cost so far.

Nothing is said that is not written down somewhere; "" is nothing to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from curation.agreement import Interval
from curation.exporters import EXPORTERS
from curation.models import AnnotationRound, DatasetVersion
from curation.reporting import wording
from curation.services.report.costs import Costs, TextCost
from curation.services.report.counts import ProjectCounts

AGREE_KINDS = ("agreement", "aggregators")
CURATE_KINDS = ("explore", "freeze")


@dataclass(frozen=True, kw_only=True)
class Said:
    """One stage in words."""

    figure: str  # what is read from afar
    unit: str  # what it counts
    facts: tuple[str, ...] = ()
    cost: str = ""


def generate_words(counts: ProjectCounts, costs: Costs) -> Said:
    return Said(
        figure=wording.count(counts.pool),
        unit="text" if counts.pool == 1 else "texts",
        facts=_said(_sources(counts), f"{counts.test:,} to test on" if counts.test else ""),
        cost=money_words(costs.texts),
    )


def _sources(counts: ProjectCounts) -> str:
    if counts.synthetic and counts.real:
        return f"{counts.synthetic:,} synthetic, {counts.real:,} real"
    if not counts.pool:
        return ""
    return "all synthetic" if counts.synthetic else "all real"


def screen_words(counts: ProjectCounts) -> Said:
    rejected = sum(counts.rejected.values())
    most = max(counts.rejected.items(), key=lambda one: one[1], default=None)
    why = "" if most is None else f"most often: {wording.reason(most[0])} ({most[1]:,})"
    return Said(figure=wording.count(rejected), unit="rejected", facts=_said(why))


def annotate_words(counts: ProjectCounts) -> Said:
    strays = sum(counts.strays.values())
    people = f"by {wording.plural(counts.annotators, 'annotator')}" if counts.annotators else ""
    return Said(
        figure=wording.count(counts.answers),
        unit=f"of {counts.wanted:,} answers" if counts.wanted else _answers(counts.answers),
        facts=_said(
            people + (" (simulated)" if counts.simulated else ""),
            f"{counts.silent:,} more let in, no answer yet" if counts.silent else "",
            _round_words(counts.newest_round),
            f"{strays:,} kept aside" if strays else "",
        ),
        cost=time_words(counts),
    )


def _answers(n: int) -> str:
    return "answer" if n == 1 else "answers"


def _round_words(newest: AnnotationRound | None) -> str:
    if newest is None or newest.front == AnnotationRound.Front.VOTES:
        return ""
    return f"round {newest.number} is {newest.get_state_display()}"


def agree_words(
    counts: ProjectCounts, costs: Costs, newest: DatasetVersion | None, bounds: Interval | None
) -> Said:
    cost = computing_words(costs, AGREE_KINDS)
    if newest is None or newest.alpha is None:
        unit = "annotator" if counts.annotators == 1 else "annotators"
        alone = bool(counts.votes) and not counts.compared
        facts = _said("no text has two votes yet" if alone else "")
        return Said(figure=wording.count(counts.annotators), unit=unit, facts=facts, cost=cost)
    judged = wording.plural(_judged(newest), "text")
    ends = [] if bounds is None else [wording.decimal(end, 2) for end in (bounds.low, bounds.high)]
    interval = "" if "nan" in ends else " to ".join(ends)
    return Said(
        figure=f"α {wording.decimal(newest.alpha, 2)}",
        unit=f"version {newest.number}",
        facts=_said(
            f"95 %: {interval}" if interval else "",
            f"{judged}, {wording.plural(newest.annotators, 'annotator')}",
        ),
        cost=cost,
    )


def curate_words(counts: ProjectCounts, costs: Costs, newest: DatasetVersion | None) -> Said:
    kept = ""
    if newest is not None:
        kept = f"version {newest.number} keeps {newest.kept:,} of {_judged(newest):,}"
    return Said(
        figure=wording.count(counts.versions),
        unit="version" if counts.versions == 1 else "versions",
        facts=_said(kept),
        cost=computing_words(costs, CURATE_KINDS),
    )


def _judged(version: DatasetVersion) -> int:
    return version.kept + sum(version.dropped.values())


def train_words(trained: int, costs: Costs) -> Said:
    runs = costs.fits.runs
    took = f"{wording.duration(costs.fits.seconds)} of training so far" if runs else ""
    return Said(
        figure=wording.count(trained),
        unit="source scored" if trained == 1 else "sources scored",
        facts=_said(wording.plural(runs, "run") if runs else ""),
        cost=took,
    )


def export_words(counts: ProjectCounts, taken: int) -> Said:
    if not counts.versions:
        return Said(figure="–", unit="no version yet")
    times = "once" if taken == 1 else f"{taken:,} times"
    fact = f"taken along {times}" if taken else "not taken along yet"
    return Said(figure=str(len(EXPORTERS)), unit="formats", facts=(fact,))


def money_words(texts: TextCost) -> str:
    """What language models took: nothing is said where none was asked.

    >>> money_words(TextCost(runs=2, spent=("1.23 USD",), unpriced=1))
    '1.23 USD so far, price of 1 run not known'
    """
    parts = []
    if texts.spent:
        parts.append(f"{wording.listed(list(texts.spent))} so far")
    if texts.doubtful:
        parts.append(f"{wording.listed(list(texts.doubtful))} of it for calls that broke off")
    if texts.unpriced:
        parts.append(f"price of {wording.plural(texts.unpriced, 'run')} not known")
    return ", ".join(parts)


def time_words(counts: ProjectCounts) -> str:
    """What it took of people's time, as far as it was measured."""
    given, timed = counts.people_answers, counts.timed_answers
    if not given:
        return ""
    if not timed:
        return "time people took is not known"
    words = f"{wording.duration(counts.people_seconds)} of people’s time so far"
    return words if timed == given else f"{words}, {timed:,} of {given:,} answers timed"


def computing_words(costs: Costs, kinds: Sequence[str]) -> str:
    """What jobs of these kinds took; nothing is said where none ended."""
    known = [costs.computing[kind] for kind in kinds if kind in costs.computing]
    return f"{wording.duration(sum(known))} of computing so far" if known else ""


def total_words(counts: ProjectCounts, costs: Costs) -> str:
    """All that a project cost, for the list of projects."""
    fits = costs.fits
    training = f"{wording.duration(fits.seconds)} of training so far" if fits.runs else ""
    return "; ".join(_said(money_words(costs.texts), time_words(counts), training))


def _said(*facts: str) -> tuple[str, ...]:
    return tuple(fact for fact in facts if fact)
