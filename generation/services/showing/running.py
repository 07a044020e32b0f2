"""The page of one run: all that changes while it works."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import Count
from django.utils import timezone

from curation.reporting import LabelStyle, wording
from generation.models import Call, Draft, GenerationRun
from generation.scheduling.budget import written_amount
from generation.scheduling.shares import equal_shares
from generation.screening.screen import SURPLUS
from generation.services.controlling import job_of
from generation.services.showing.drafts import DraftLine, draft_lines
from generation.services.showing.progress import (
    Recent,
    Standing,
    recent_calls,
    run_sentence,
    seconds_taken,
    standing_of,
)
from generation.services.showing.words import reason_words, state_words

NEWEST = 10
DRAFTS_PER_SECOND = 10_000  # counting anew is put off by a second for so many drafts
REMEMBERED = 3600


@dataclass(frozen=True, kw_only=True)
class LabelProgress:
    label: LabelStyle
    accepted: int
    quota: int
    share: float  # percent


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A reason with the number of texts it rejected."""

    code: str
    title: str
    n: int
    width: float  # percent of the longest


@dataclass(frozen=True, kw_only=True)
class RunNow:
    """A run as it stands at this moment."""

    run: GenerationRun
    state: str
    sentence: str
    standing: Standing
    labels: list[LabelProgress]
    pace: list[tuple[str, str]]  # what, how much
    calls: list[tuple[str, int, str]]  # what, how many, what that means
    money: list[tuple[str, str]]
    reasons: list[Bar]
    accepted: list[DraftLine]
    rejected: list[DraftLine]
    quiet: str  # what to say where no new text came


def run_now(run: GenerationRun, styles: Mapping[int, LabelStyle]) -> RunNow:
    """Eight queries, of which two read every call or accepted draft of the run."""
    recent = recent_calls(run)
    standing = standing_of(run, job_of(run), newest=recent.newest)
    keys = [*recent.accepted[:NEWEST], *recent.rejected[:NEWEST]]
    newest = draft_lines(Draft.objects.filter(pk__in=keys), run.project, styles, limit=2 * NEWEST)
    return RunNow(
        run=run,
        state=state_words(run),
        sentence=run_sentence(run, recent, active=standing.active),
        standing=standing,
        labels=_labels(run, styles),
        pace=_pace(run, recent, standing),
        calls=_calls(run),
        money=_money(run),
        reasons=_bars(run),
        accepted=[line for line in newest if line.accepted],
        rejected=[line for line in newest if not line.accepted],
        quiet=f"None among the newest {wording.plural(recent.calls, 'call')}."
        if recent.calls
        else "Nothing has come back yet.",
    )


def _labels(run: GenerationRun, styles: Mapping[int, LabelStyle]) -> list[LabelProgress]:
    counted = accepted_per_label(run)
    quotas = equal_shares(run.target, n_labels=max(1, len(styles)))
    return [
        LabelProgress(
            label=style,
            accepted=counted.get(key, 0),
            quota=quota,
            share=min(100.0, 100 * counted.get(key, 0) / quota) if quota else 100.0,
        )
        for (key, style), quota in zip(styles.items(), quotas, strict=True)
    ]


def accepted_per_label(run: GenerationRun) -> dict[int, int]:
    """Label key → accepted drafts. Counted anew only where the run's own counter has moved.

    A large run is counted less often: this is asked every two seconds by everybody who looks.
    """
    key = f"accepted-per-label:{run.pk}:{run.created_at.timestamp()}"
    known: tuple[int, float, dict[int, int]] | None = cache.get(key)
    now = timezone.now().timestamp()
    if known is not None:
        accepted, stamp, counts = known
        if accepted == run.accepted or now - stamp < run.accepted / DRAFTS_PER_SECOND:
            return counts
    drafts = Draft.objects.accepted().filter(call__run=run).order_by()
    counts = dict(drafts.values_list("call__label").annotate(n=Count("pk")))
    cache.set(key, (sum(counts.values()), now, counts), REMEMBERED)
    return counts


def _pace(run: GenerationRun, recent: Recent, standing: Standing) -> list[tuple[str, str]]:
    if standing.active and recent.seconds:
        span = wording.roughly(recent.seconds).removeprefix("a ")
        return [
            (f"accepted texts a minute, over the last {span}", f"{recent.texts_per_minute:,.0f}"),
            (f"calls a minute, over the last {span}", f"{recent.calls_per_minute:,.0f}"),
        ]
    seconds = seconds_taken(run)
    if not seconds or standing.active:
        return []
    return [("accepted texts a minute, over all", f"{60 * run.accepted / seconds:,.0f}")]


def _calls(run: GenerationRun) -> list[tuple[str, int, str]]:
    """Calls by what became of them; those that are none are left out."""
    rows = run.calls.order_by().values_list("kind", "status", "cached").annotate(n=Count("pk"))
    found = list(rows)
    going = run.status == run.Status.RUNNING
    lines = [
        ("answered", _sum(found, status=Call.Status.ANSWERED, cached=False), ""),
        ("reused", _sum(found, cached=True), "answered by earlier runs, for nothing"),
        (
            "on their way" if going else "broken off",
            _sum(found, status=Call.Status.SENT),
            "" if going else "they may have to be paid for",
        ),
        ("refused", _sum(found, status=Call.Status.REFUSED), "for good, as the provider says"),
        ("lost", _sum(found, status=Call.Status.LOST), "on the way; they count as spent"),
        ("for labelling", _sum(found, kind=Call.Kind.LABEL), "of all these; the rest write"),
    ]
    return [line for line in lines if line[1]]


def _sum(rows: Sequence[Any], **wanted: object) -> int:
    places = {"kind": 0, "status": 1, "cached": 2}
    return sum(row[3] for row in rows if all(row[places[k]] == v for k, v in wanted.items()))


def _money(run: GenerationRun) -> list[tuple[str, str]]:
    if not run.price:
        return [("spent", "not known: nobody knows the price of this model")]
    currency = run.price["currency"]
    lines = [("spent so far" if not run.finished_well else "spent", run.cost)]
    if run.doubtful:
        lines.append(("of it for calls nobody knows the end of, at most", run.doubtful_cost))
    cap = "none" if run.cap is None else written_amount(run.cap, currency=currency)
    lines.append(("cap", cap))
    if run.accepted:
        lines.append(("for each accepted text", run.cost_per_accepted))
    return lines


def _bars(run: GenerationRun) -> list[Bar]:
    reasons = dict(sorted(run.reasons.items(), key=lambda pair: (-pair[1], pair[0])))
    if run.surplus:
        reasons[SURPLUS] = run.surplus
    longest = max(reasons.values(), default=0)
    return [
        Bar(code=code, title=reason_words(code), n=n, width=round(100 * n / longest, 2))
        for code, n in reasons.items()
        if n
    ]
