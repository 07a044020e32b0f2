"""Looking before training: which runs a wish asks for, and what they take. Changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from curation.models import Project
from curation.reporting import wording
from training.fitting.config import FitConfig
from training.models import TrainingRun
from training.services.requests import Wanted, want
from training.services.showing.words import source_title
from training.services.studies.costing import finished_runs
from training.studies.cost import Kind, Rates, guessed, measured


@dataclass(frozen=True, kw_only=True)
class SourceAsked:
    """One source of a wish."""

    title: str
    train_rows: str  # "412", or "410 to 412" where seeds draw differently
    runs: int
    known: int  # finished already


@dataclass(frozen=True, kw_only=True)
class WishShown:
    """What a wish would do, in words."""

    likely: str
    ground: str  # what the estimate is from
    sources: list[SourceAsked]


def look(
    project: Project, sources: Sequence[str], *, seeds: int, config: FitConfig, parallel: int
) -> WishShown:
    """What training these sources would take.

    Raises:
        BadInput, VersionNotFound, NothingToDo, BadRecipe: nothing could be trained as asked.
    """
    wanted = want(project, sources, seeds=seeds, config=config)
    finished = _finished(project, wanted)
    new = [one for one in wanted if one.fingerprint not in finished]
    rates = rates_of(config)
    seconds = sum(_seconds(one, rates) for one in new) / parallel
    return WishShown(
        likely=_likely(len(wanted), len(new), seconds, parallel),
        ground=_ground(rates),
        sources=[
            _asked([one for one in wanted if one.source == source], finished)
            for source in dict.fromkeys(sources)
        ],
    )


def rates_of(config: FitConfig) -> Rates:
    """How long such runs take: as long as the newest ones took here, else a guess."""
    kind = Kind.of(config)
    return measured(kind, finished_runs(config.classifier)) or guessed(kind)


def _finished(project: Project, wanted: Sequence[Wanted]) -> set[str]:
    runs = TrainingRun.objects.of(project).successful()
    prints = [one.fingerprint for one in wanted]
    return set(runs.filter(fingerprint__in=prints).values_list("fingerprint", flat=True))


def _seconds(one: Wanted, rates: Rates) -> float:
    return rates.seconds(one.config, train_rows=one.train_rows, test_rows=one.test.count("\n"))


def _likely(asked: int, new: int, seconds: float, parallel: int) -> str:
    if not new:
        return f"All {wording.plural(asked, 'run')} are there already; nothing would be trained."
    there = f"; {asked - new} of {asked} are there already" if new < asked else ""
    beside = f", {parallel} at a time" if parallel > 1 and new > 1 else ""
    runs = wording.plural(new, "run")
    return f"{runs} to train{there}: about {wording.duration(seconds)}{beside}."


def _ground(rates: Rates) -> str:
    if rates.runs:
        return f"The time is from {wording.plural(rates.runs, 'run')} like these on this machine."
    return "No run like these has finished here yet, so the time is a guess for one slow core."


def _asked(wanted: Sequence[Wanted], finished: set[str]) -> SourceAsked:
    rows = [one.train_rows for one in wanted]
    least, most = wording.count(min(rows)), wording.count(max(rows))
    return SourceAsked(
        title=source_title(wanted[0].source),
        train_rows=least if least == most else f"{least} to {most}",
        runs=len(wanted),
        known=sum(one.fingerprint in finished for one in wanted),
    )
