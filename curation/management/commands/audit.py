"""`audit`: the audit log, read and checked."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from curation.errors import BadInput, CurationError
from curation.management.base import ConcordCommand
from curation.models import AuditEntry
from curation.services.auditing import verify

MOST = 100_000


class Command(ConcordCommand):
    help = "Read who did what and when, or check that no line of the log was changed or removed."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["list", "verify"])
        parser.add_argument("--project", help="only lines of this project (its slug)")
        parser.add_argument("--who", help="only lines of this user")
        parser.add_argument("--what", help="only this kind, such as version.frozen or signin")
        parser.add_argument("--seal", default="", help="one that verify told earlier, to be found")
        parser.add_argument("--last", type=int, default=50, help="how many lines (50)")

    def run(self, **options: Any) -> None:
        if options["action"] == "verify":
            self._verify(options["seal"].strip())
        else:
            self._list(options)

    def _verify(self, kept: str) -> None:
        found = verify(kept)
        if not found.whole:
            raise CurationError(
                f"Line {found.wrong_at} of the audit log is not to be trusted: {found.reason}. "
                f"The {found.lines} before it are as they were written."
            )
        self.answer(
            {"lines": found.lines, "seal": found.seal},
            f"All {found.lines} lines are as they were written. The last seal is {found.seal}; "
            "kept elsewhere, it shows later, as audit verify --seal, whether the log was cut off.",
        )

    def _list(self, options: dict[str, Any]) -> None:
        if not 1 <= options["last"] <= MOST:
            raise BadInput(f"--last is {options['last']}, but it must be 1 to {MOST:,}.")
        lines = AuditEntry.objects.order_by("-number")
        if options["project"]:
            lines = lines.filter(project=options["project"])
        if options["who"]:
            lines = lines.filter(who=options["who"])
        if options["what"]:
            lines = lines.filter(what__startswith=options["what"])
        found = list(lines[: options["last"]])[::-1]
        self.answer(
            {"lines": [_json(line) for line in found]},
            "\n".join(map(_text, found)) or "No line fits.",
        )


def _json(line: AuditEntry) -> dict[str, Any]:
    names = ("number", "who", "what", "project", "object", "before", "after", "request", "address")
    return {name: getattr(line, name) for name in names} | {"at": line.at.isoformat()}


def _text(line: AuditEntry) -> str:
    parts = [f"{line.number}", f"{line.at:%Y-%m-%d %H:%M:%S}", line.who, line.what]
    parts += filter(None, [line.project, line.object, line.address])
    if line.before is not None:
        parts.append(f"{line.before} →")
    if line.after is not None:
        parts.append(f"{line.after}")
    return "  ".join(parts)
