"""`annotators SLUG [--action V --name N --reason TEXT [--dry-run]] [--without N] [--find ID]`."""

from __future__ import annotations

import getpass
from typing import Any

from django.core.management.base import CommandParser

from curation.errors import BadInput
from curation.management.base import ConcordCommand
from curation.models import Project
from curation.reporting import wording
from curation.services.quality.acting import COUNTING, VERBS, act
from curation.services.quality.difference import Difference, without
from curation.services.quality.finding import find_annotators, get_annotator
from curation.services.quality.impact import impact_of_requeue
from curation.services.quality.lines import AnnotatorLine, Lines, annotator_lines
from curation.services.quality.measuring import evidence_of, measured
from curation.services.quality.rule import RULES, apply_flags, set_rule

NO_LIMIT = 10**12  # somebody who runs a command waits


class Command(ConcordCommand):
    help = "Show how well each annotator answers, and warn, pause, set aside or restore them."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("--action", choices=list(VERBS), help="do this about --name")
        parser.add_argument("--name", help="whom, by the name the project knows them by")
        parser.add_argument("--reason", default="", help="why; kept with the action")
        parser.add_argument("--told", default="", help="what a warned annotator reads")
        parser.add_argument(
            "--dry-run", action="store_true", help="say what the action would mean; do nothing"
        )
        parser.add_argument(
            "--without",
            action="append",
            metavar="NAME",
            help="agreement and kept texts without this annotator; may be given several times",
        )
        parser.add_argument(
            "--find", metavar="ID", help="who has this worker id, user name or e-mail address"
        )
        parser.add_argument(
            "--rule", choices=list(RULES), help="from now on, what flags do by themselves"
        )
        parser.add_argument(
            "--apply-rule", action="store_true", help="do now what the project's rule says"
        )

    def run(self, **options: Any) -> None:
        project = self.get_project(options["slug"])
        if options["find"] is not None:
            self._find(project, options["find"])
        elif options["without"]:
            self._without(project, options["without"])
        elif options["action"]:
            self._act(project, options)
        elif options["rule"] or options["apply_rule"]:
            self._rule(project, options["rule"], apply=options["apply_rule"])
        else:
            with self.progress("Working out figures"):
                lines = annotator_lines(project, at_most=NO_LIMIT)
            people = [line.as_json() for line in lines.people]
            self.answer(
                {"answers": lines.answers, "rule": project.annotator_rule, "annotators": people},
                listed(lines),
            )

    def _act(self, project: Project, options: dict[str, Any]) -> None:
        if not options["name"]:
            raise BadInput("Say about whom with --name.")
        annotator, verb = get_annotator(project, options["name"]), options["action"]
        if options["dry_run"]:
            self._say_impact(annotator.name, verb, impact_of_requeue(annotator))
            return
        done = act(
            annotator,
            verb,
            reason=options["reason"],
            told=options["told"],
            by=getpass.getuser(),
            evidence=evidence_of(measured(project), annotator.pk),
        )
        self.answer(
            {
                "name": annotator.name,
                "standing": done.standing,
                "changed": done.changed,
                "tasks": done.impact.tasks if done.impact else 0,
            },
            done.sentence,
        )

    def _say_impact(self, name: str, verb: str, impact: Any) -> None:
        if verb not in COUNTING:
            self.answer(
                {"name": name, "action": verb, "votes": 0, "tasks": 0},
                f"To {verb} {name} changes no vote.",
            )
            return
        self.answer({"name": name, "action": verb, **vars(impact)}, "\n".join(impact.sentences()))

    def _without(self, project: Project, names: list[str]) -> None:
        with self.progress("Counting votes"):
            difference = without(project, names)
        self.answer(difference.as_json(), compared(difference))

    def _find(self, project: Project, known_as: str) -> None:
        found = find_annotators(project, known_as)
        lines = [f"{one.annotator.name}  ({one.how})" for one in found]
        self.answer(
            {"found": [{"name": one.annotator.name, "how": one.how} for one in found]},
            "\n".join(lines) or f"Nobody in project {project.slug!r} is known as {known_as!r}.",
        )

    def _rule(self, project: Project, rule: str | None, *, apply: bool) -> None:
        if rule:
            set_rule(project, rule)
        done = apply_flags(project) if apply else []
        stands = project.annotator_rule
        sentences = [f"Rule {stands}: {RULES[stands]}.", *(one.sentence for one in done)]
        self.answer({"rule": stands, "done": [one.sentence for one in done]}, "\n".join(sentences))


def listed(lines: Lines) -> str:
    """Everybody, a line each, and under it what stands out."""
    if not lines.people:
        return "Nobody has answered yet."
    rows = [_row(line) for line in lines.people]
    return "\n".join([f"{wording.plural(lines.answers, 'answer')}, most doubtful first", *rows])


def _row(line: AnnotatorLine) -> str:
    marks = [
        line.words,
        line.annotator.standing,
        *(["simulated"] if line.annotator.simulated else []),
    ]
    row = f"{line.annotator.name:<20} {line.answers:>7,} answers  {', '.join(marks)}"
    said = [f"    {flag.level}, {flag.title}: {flag.sentence}" for flag in line.flags]
    return "\n".join([row, *said])


def compared(difference: Difference) -> str:
    """With and without, and what chance would have changed."""
    before, after, change = difference.change.before, difference.change.after, difference.change
    gone = len(change.silent)
    rows = [
        f"{'':<26}{'with':>12}{'without':>12}   as many random votes gone",
        _pair("Krippendorff's α", before.alpha, after.alpha, change.chance_alpha),
        _pair(
            "mean agreement", before.mean_agreement, after.mean_agreement, change.chance_agreement
        ),
        f"{'votes':<26}{before.votes:>12,}{after.votes:>12,}",
        f"{f'kept at γ = {difference.threshold:g}':<26}"
        f"{before.kept['global']:>12,}{after.kept['global']:>12,}",
        f"{f'kept, best {difference.keep_share:.0%} per label':<26}"
        f"{before.kept['within_label']:>12,}{after.kept['within_label']:>12,}",
        f"{'labels that flip':<26}{'':>12}{len(change.flipped):>12,}   "
        f"{change.chance_flipped.low:.0f} to {change.chance_flipped.high:.0f}",
    ]
    moved = change.moved["global"]
    rows.append(f"At γ, {len(moved.entering):,} texts enter and {len(moved.leaving):,} leave.")
    if gone:
        rows.append(f"{wording.plural(gone, 'text')} would have no vote left.")
    return "\n".join(rows)


def _pair(what: str, before: float, after: float, chance: Any) -> str:
    return f"{what:<26}{before:>12.3f}{after:>12.3f}   {chance.low:.3f} to {chance.high:.3f}"
