"""Drafts with their verdicts, a page at a time, by key and never by offset."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Max, Min

from curation.models import Project
from curation.reporting import LabelStyle
from curation.services.lately import lately
from generation.models import Draft, DraftQuerySet, GenerationRun
from generation.models.calls import UNLABELLED
from generation.screening.screen import SURPLUS
from generation.services.showing.secrecy import LEAKS, WITHHELD, copies_of_tests
from generation.services.showing.words import reason_words

PAGE = 25
DIGITS = 19  # of a key that no database has reached
KINDS = {"rejected": "every rejected text", "accepted": "accepted"}
NEVER_COPIES = {"", SURPLUS, UNLABELLED, *LEAKS}  # held against the test set already
SHOWN_FIELDS = (
    "pk", "text", "reason", "detail", "position", "call_id", "call__label_id",
    "call__conversation", "call__turn", "example__external_id", "assigned_label_id",
    "labelled_by_id",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class DraftLine:
    """A text with its verdict. What is too near to a test text is not shown."""

    key: int
    call: int
    text: str
    withheld: bool
    verdict: str  # in words
    accepted: bool
    detail: str
    label: LabelStyle | None  # the intended one
    assigned: LabelStyle | None  # by the labelling pass
    labelled_by: int | None  # key of that call
    name: str  # of the example it became, or where it stands


def styles_by_key(project: Project) -> dict[int, LabelStyle]:
    """The project's labels as pages draw them, by primary key, in their order."""
    rows = project.labels.order_by("position").values_list("pk", "name", "title")
    return {
        key: LabelStyle(name=name, title=title, position=place)
        for place, (key, name, title) in enumerate(rows)
    }


def draft_lines(
    drafts: DraftQuerySet, project: Project, styles: Mapping[int, LabelStyle], *, limit: int
) -> list[DraftLine]:
    """The newest `limit` of `drafts`. Keys come first: sorting whole texts would take long."""
    keys = drafts.order_by("-pk").values("pk")[:limit]
    rows = list(Draft.objects.filter(pk__in=keys).order_by("-pk").values(*SHOWN_FIELDS))
    doubtful = [row["text"] for row in rows if row["reason"] not in NEVER_COPIES]
    copies = copies_of_tests(project, doubtful)
    return [_line(row, styles, copies) for row in rows]


def _line(
    row: Mapping[str, Any], styles: Mapping[int, LabelStyle], copies: Container[str]
) -> DraftLine:
    withheld = row["reason"] in LEAKS or row["text"] in copies
    place = f"{row['call__conversation']}/{row['call__turn']}/{row['position']}"
    return DraftLine(
        key=row["pk"],
        call=row["call_id"],
        text=WITHHELD if withheld else row["text"],
        withheld=withheld,
        verdict=reason_words(row["reason"]),
        accepted=not row["reason"],
        detail=row["detail"],
        label=styles.get(row["call__label_id"]),
        assigned=styles.get(row["assigned_label_id"]),
        labelled_by=row["labelled_by_id"],
        name=row["example__external_id"] or f"conversation {place}",
    )


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One way to filter, with how many texts it leaves."""

    title: str
    query: str
    chosen: bool
    n: int | None = None


@dataclass(frozen=True, kw_only=True)
class DraftsAsked:
    """Which drafts a reader wants to see; every state has an address."""

    reason: str = "rejected"  # "accepted", "rejected" or a reason
    label: str = ""
    before: int | None = None  # key of the last draft seen

    @classmethod
    def from_query(cls, query: Mapping[str, str], *, labels: Sequence[LabelStyle]) -> DraftsAsked:
        """What cannot be meant is left at its default."""
        names = {style.name for style in labels}
        before = query.get("before", "")
        usable = before.isascii() and before.isdecimal() and len(before) < DIGITS
        return cls(
            reason=query.get("reason") or "rejected",
            label=query.get("label", "") if query.get("label") in names else "",
            before=int(before) if usable else None,
        )

    def query(self, **changes: str) -> str:
        chosen = {"reason": self.reason, "label": self.label} | changes
        return "?" + urlencode({name: value for name, value in chosen.items() if value})


@dataclass(frozen=True, kw_only=True)
class DraftsPage:
    sentence: str
    lines: list[DraftLine]
    reasons: list[Choice]
    labels: list[Choice]
    next: str  # query of the next page; "" on the last
    first: str  # query of the first page; "" on the first


def drafts_page(run: GenerationRun, query: Mapping[str, str]) -> DraftsPage:
    """The next `PAGE` drafts of the run, newest first."""
    styles = styles_by_key(run.project)
    asked = DraftsAsked.from_query(query, labels=list(styles.values()))
    drafts = _filtered(run, asked, styles)
    lines = draft_lines(drafts, run.project, styles, limit=PAGE + 1)
    more = len(lines) > PAGE
    reasons = _reason_choices(run, asked)
    return DraftsPage(
        sentence=_sentence(run, asked),
        lines=lines[:PAGE],
        reasons=reasons,
        labels=_label_choices(asked, list(styles.values())),
        next=asked.query(before=str(lines[PAGE - 1].key)) if more else "",
        first=asked.query() if asked.before else "",
    )


def draft_list(
    run: GenerationRun, *, reason: str, label: str, before: int | None, limit: int
) -> list[DraftLine]:
    """The run's newest drafts of that reason and label, with keys below `before`.

    Args:
        reason: "accepted", "rejected" or a reason.
        label: its name; "" for every label.
    """
    styles = styles_by_key(run.project)
    asked = DraftsAsked(reason=reason or "rejected", label=label, before=before)
    return draft_lines(_filtered(run, asked, styles), run.project, styles, limit=limit)


def _sentence(run: GenerationRun, asked: DraftsAsked) -> str:
    """How many of all are like that, over every label."""
    every = run.accepted + run.rejected + run.surplus
    counts = {"rejected": run.rejected, "accepted": run.accepted, SURPLUS: run.surplus}
    n = (counts | run.reasons).get(asked.reason, 0)
    of = f"{n:,} of {every:,} texts"
    if asked.reason in KINDS:
        return f"{of} were {asked.reason}."
    return f"{of} were kept aside: {reason_words(asked.reason)}."


def _filtered(
    run: GenerationRun, asked: DraftsAsked, styles: Mapping[int, LabelStyle]
) -> DraftQuerySet:
    drafts = _of(run)
    if asked.reason == "rejected":
        drafts = drafts.rejected()
    else:
        drafts = drafts.filter(reason="" if asked.reason == "accepted" else asked.reason)
    if asked.label:
        drafts = drafts.filter(
            call__label__in=[key for key, style in styles.items() if style.name == asked.label]
        )
    return drafts.filter(pk__lt=asked.before) if asked.before is not None else drafts


def _of(run: GenerationRun) -> DraftQuerySet:
    """The run's drafts, between their first key and their last: other runs' are not gone through.

    The newest drafts are those of a run at work.
    """
    drafts = Draft.objects.filter(call__run=run)
    if not run.finished_at:
        return drafts
    ends = lately(
        run.project,
        f"drafts-of-{run.number}",
        lambda: drafts.aggregate(first=Min("pk"), last=Max("pk"), n=Count("pk")),
        rows=lambda found: int(found["n"]),
        signs=[run.status, str(run.finished_at), run.accepted, run.rejected, run.surplus],
    )
    return drafts.filter(pk__gte=ends["first"] or 0, pk__lte=ends["last"] or 0)


def _reason_choices(run: GenerationRun, asked: DraftsAsked) -> list[Choice]:
    counts = {"rejected": run.rejected, "accepted": run.accepted}
    counts |= dict(sorted(run.reasons.items(), key=lambda pair: -pair[1]))
    if run.surplus:
        counts[SURPLUS] = run.surplus
    return [
        Choice(
            title=KINDS.get(key) or reason_words(key),
            query=asked.query(reason=key),
            chosen=key == asked.reason,
            n=n,
        )
        for key, n in counts.items()
    ]


def _label_choices(asked: DraftsAsked, styles: Sequence[LabelStyle]) -> list[Choice]:
    every = Choice(title="every label", query=asked.query(label=""), chosen=not asked.label)
    return [every] + [
        Choice(
            title=style.title,
            query=asked.query(label=style.name),
            chosen=style.name == asked.label,
        )
        for style in styles
    ]
