"""manage.py drafts SLUG: what a language model wrote, and why some of it became no example."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from curation.management.base import ConcordCommand
from curation.models import Project
from generation.models import Draft, DraftQuerySet
from generation.screening.reasons import REASONS

LEAKS = ("leakage", "near_leakage", "semantic_leakage")  # would show what the test set holds


class Command(ConcordCommand):
    help = "Show rejected drafts, newest first, each with its reason; --reason none: accepted ones."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="the project")
        parser.add_argument("--run", type=int, dest="number", help="number of a generation run")
        parser.add_argument("--reason", choices=["none", *sorted(REASONS)])
        parser.add_argument("--label", help="code of the label asked for")
        parser.add_argument("--limit", type=int, default=20)

    def run(self, **options: Any) -> None:
        project = self.get_project(options["slug"])
        rows = [_row(draft) for draft in _found(project, options)]
        lines = [
            f"{row['draft']}  {row['reason'] or 'accepted'}"
            f"{' (' + row['detail'] + ')' if row['detail'] else ''}\n    {row['text']}"
            for row in rows
        ]
        self.answer({"drafts": rows}, "\n".join(lines) or "There are no such drafts.")


def _found(project: Project, options: dict[str, Any]) -> DraftQuerySet:
    drafts = Draft.objects.of(project)
    if options["number"]:
        drafts = drafts.filter(call__run__number=options["number"])
    if options["label"]:
        drafts = drafts.filter(call__label__name=options["label"])
    if options["reason"]:
        drafts = drafts.filter(reason=options["reason"].replace("none", ""))
    else:
        drafts = drafts.rejected()
    found: DraftQuerySet = drafts.select_related("call__run", "call__label").order_by("-pk")
    return found[: max(1, options["limit"])]


def _row(draft: Draft) -> dict[str, Any]:
    call = draft.call
    label = call.label.name if call.label else ""
    return {
        "draft": f"g{call.run.number}/{label}/{call.conversation}/{call.turn}/{draft.position}",
        "reason": draft.reason,
        "detail": draft.detail,
        "text": "(not shown: it is like a test or training text)"
        if draft.reason in LEAKS
        else " ".join(draft.text.split())[:300],
    }
