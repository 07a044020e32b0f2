"""`versions SLUG` lists the dataset versions; `versions SLUG diff A B` says what changed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from curation.datasets import Policy
from curation.datasets.diff import CHANGES, WHYS
from curation.errors import BadInput
from curation.management.base import ConcordCommand
from curation.models import DatasetExample, DatasetVersion
from curation.reporting import wording
from curation.services.datasets import get_version
from curation.services.datasets.comparing import (
    SHOWN,
    DiffRow,
    VersionDiff,
    diff_rows,
    diff_versions,
)

TEXT = 60  # characters of a text that people are shown


class Command(ConcordCommand):
    help = "List the dataset versions, or say what changed from one to another."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("verb", nargs="?", choices=["diff"])
        parser.add_argument("numbers", nargs="*", type=int, metavar="A B")
        parser.add_argument("--rows", type=int, default=5, help="examples shown of each change")

    def run(self, **options: Any) -> None:
        project = self.get_project(options["slug"])
        if options["verb"] is None:
            self._list(list(project.dataset_versions.order_by("number")))
            return
        if len(options["numbers"]) != 2:
            raise BadInput("Name two versions, the earlier first: versions SLUG diff 1 2.")
        first, second = (get_version(project, number) for number in options["numbers"])
        self._diff(diff_versions(first, second), rows=max(0, options["rows"]))

    def _list(self, versions: list[DatasetVersion]) -> None:
        lines = [_line(version) for version in versions] or ["No version is frozen yet."]
        self.answer({"versions": [_facts(version) for version in versions]}, "\n".join(lines))

    def _diff(self, diff: VersionDiff, *, rows: int) -> None:
        found = {change: diff_rows(diff, change, limit=rows) for change in SHOWN} if rows else {}
        self.answer(_diff_facts(diff, found), _diff_text(diff, found))


def _facts(version: DatasetVersion) -> dict[str, Any]:
    return {
        "number": version.number,
        "created": version.created_at.isoformat(),
        "policy": version.policy,
        "sentence": Policy.from_json(version.policy).sentence(),
        "kept": version.kept,
        "dropped": version.dropped,
        "labels": version.labels,
        "splits": version.splits,
        "note": version.note,
        "fingerprint": version.fingerprint,
    }


def _line(version: DatasetVersion) -> str:
    labels = ", ".join(f"{name} {n:,}" for name, n in version.labels.items())
    note = f"  “{version.note}”" if version.note else ""
    return (
        f"{version.number}  {version.created_at:%Y-%m-%d}  {version.fingerprint[:12]}  "
        f"{version.kept:,} rows ({labels}): {Policy.from_json(version.policy).sentence()}{note}"
    )


def _diff_facts(diff: VersionDiff, found: dict[str, list[DiffRow]]) -> dict[str, Any]:
    before, after = diff.agreement
    return {
        "before": diff.before.number,
        "after": diff.after.number,
        "changed": [
            {"field": one.field, "before": one.before, "after": one.after} for one in diff.changed
        ],
        "changes": {change: diff.tally.changes[change] for change in CHANGES},
        "why": {
            change: {why: n for (of, why), n in sorted(diff.tally.whys.items()) if of == change}
            for change in SHOWN
        },
        "labels": {one.label: {"before": one.before, "after": one.after} for one in diff.labels},
        "mean_agreement": {"before": before, "after": after},
        "rows": {change: [_row_facts(row) for row in rows] for change, rows in found.items()},
    }


def _row_facts(row: DiffRow) -> dict[str, Any]:
    sides = {"before": _side(row.before), "after": _side(row.after)}
    return {"id": row.external_id, "text": row.text, "why": row.why, **sides}


def _side(row: DatasetExample | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {
        "label": row.label.name,
        "drop_reason": row.drop_reason,
        "split": row.split,
        "votes": row.votes,
        "agreement": row.agreement,
    }


def _diff_text(diff: VersionDiff, found: dict[str, list[DiffRow]]) -> str:
    lines = [f"Version {diff.before.number} → version {diff.after.number}"]
    lines += [f"  {one.field}: {one.before} → {one.after}" for one in diff.changed]
    for change, title in CHANGES.items():
        whys = ", ".join(
            f"{n:,} since {WHYS[why]}"
            for (of, why), n in sorted(diff.tally.whys.items())
            if of == change
        )
        examples = wording.plural(diff.tally.changes[change], "example")
        lines.append(f"{examples} {title}{f' ({whys})' if whys else ''}")
        lines += [f"    {_row_text(row)}" for row in found.get(change, [])]
    lines += [f"{one.label}: {one.before:,} → {one.after:,}" for one in diff.labels]
    before, after = diff.agreement
    lines.append(f"mean agreement: {wording.decimal(before)} → {wording.decimal(after)}")
    return "\n".join(lines)


def _row_text(row: DiffRow) -> str:
    text = " ".join(row.text.split())
    return f"{row.external_id}: {text[:TEXT]}{'…' if len(text) > TEXT else ''}"
