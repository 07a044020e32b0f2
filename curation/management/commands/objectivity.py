"""`objectivity create|add|status|link|import|push|pull|rank SLUG …`: tasks compared by people."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.urls import reverse

from curation.management.base import ConcordCommand, add_front_options
from curation.models import ObjectivityStudy
from curation.reporting import wording
from curation.services.fronts import configured_front
from curation.services.objectivity.importing import import_comparisons
from curation.services.objectivity.links import study_link
from curation.services.objectivity.ranking import RankedProject, StudyRanking, ranking
from curation.services.objectivity.remote import pull_comparisons, push_pairs
from curation.services.objectivity.studies import (
    add_projects,
    create_study,
    get_study,
    progress_of,
)


class Command(ConcordCommand):
    help = (
        "Ask people which of two tasks is more objective, and rank the projects by what they say: "
        "create a study, add projects, give out a link, import a CSV file (annotator, left, "
        "right, winner), send pairs to Label Studio and bring answers back, rank."
    )

    def add_options(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)

        def verb(name: str, text: str, *, dry_run: bool = False) -> CommandParser:
            one: CommandParser = verbs.add_parser(name, help=text)
            one.add_argument("slug", help="short name of the study")
            if dry_run:
                one.add_argument("--dry-run", action="store_true", help="say what, do nothing")
            return one

        create = verb("create", "begin a study of these projects")
        create.add_argument("projects", nargs="+", help="slugs of at least two projects")
        create.add_argument("--per-pair", type=int, default=12, help="comparisons of each pair")
        create.add_argument("--per-annotator", type=int, default=10, help="pairs a person is asked")
        create.add_argument("--title", default="")
        verb("add", "compare more projects").add_argument("projects", nargs="+")
        verb("status", "how far it is")
        link = verb("link", "a link that lets people in without an account")
        link.add_argument("--days", type=int, default=30, help="how long it lives")
        link.add_argument("--for", dest="worker", default="", help="a link for one person")
        file = verb("import", "comparisons from a CSV file", dry_run=True)
        file.add_argument("file", type=Path)
        file.add_argument("--skip-bad", action="store_true", help="leave bad rows out")
        add_front_options(verb("push", "send the pairs to Label Studio", dry_run=True))
        add_front_options(verb("pull", "bring answers in from Label Studio"))
        verb("rank", "rank the tasks by what was answered so far")

    def run(self, **options: Any) -> None:
        act = getattr(self, f"_{options['verb']}")
        if options["verb"] == "create":
            act(options)
        else:
            act(get_study(options["slug"]), options)

    def _create(self, options: dict[str, Any]) -> None:
        study = create_study(
            options["slug"],
            options["projects"],
            per_pair=options["per_pair"],
            per_annotator=options["per_annotator"],
            title=options["title"],
        )
        self._status(study, options, said="Created it. ")

    def _add(self, study: ObjectivityStudy, options: dict[str, Any]) -> None:
        added = add_projects(study, options["projects"])
        self._status(study, options, said=f"{wording.plural(added, 'project')} added. ")

    def _status(self, study: ObjectivityStudy, options: dict[str, Any], said: str = "") -> None:
        progress = progress_of(study)
        people = wording.plural(progress.annotators, "person", "people")
        self.answer(
            {"study": study.slug, "title": study.title, **asdict(progress)},
            f"{said}Study {study.slug}: {wording.plural(progress.projects, 'project')}, "
            f"{wording.plural(progress.pairs, 'pair')}, {progress.comparisons} of "
            f"{progress.wanted} comparisons by {people} ({progress.cannot_say} cannot say); "
            f"{progress.due} are due.",
        )

    def _link(self, study: ObjectivityStudy, options: dict[str, Any]) -> None:
        token = study_link(study, days=options["days"], worker=options["worker"].strip())
        path = reverse("compare_join", args=[study.key, token])
        url = settings.CONCORD_PUBLIC_URL.rstrip("/") + path
        self.answer(
            {"study": study.slug, "link": url, "days": options["days"]},
            f"People come in by this link for {options['days']} days: {url}",
        )

    def _import(self, study: ObjectivityStudy, options: dict[str, Any]) -> None:
        result = import_comparisons(
            study, options["file"], skip_bad=options["skip_bad"], dry_run=options["dry_run"]
        )
        would = "would be added" if options["dry_run"] else "added"
        self.answer(
            {
                "added": result.added,
                "cannot_say": result.cannot_say,
                "unchanged": result.unchanged,
                "skipped": [self.bad_row(row) for row in result.skipped],
                "dry_run": options["dry_run"],
            },
            f"{wording.plural(result.added, 'comparison')} {would} ({result.cannot_say} cannot "
            f"say), {result.unchanged} were there already.{self.skipped_text(result.skipped)}",
        )

    def _push(self, study: ObjectivityStudy, options: dict[str, Any]) -> None:
        front = configured_front(options["label_studio_url"], options["token"])
        result = push_pairs(study, front.front, url=front.url, dry_run=options["dry_run"])
        if options["dry_run"]:
            text = f"{wording.plural(result.pairs, 'pair')} would stand on {front.url}, each to be "
            text += f"compared by {study.per_pair} people. Nothing was sent."
        else:
            text = f"{wording.plural(result.pairs, 'pair')} are in Label Studio, {result.sent} of "
            text += "them sent now.\nAnnotators start here: "
            text += f"{front.url}/projects/{result.remote_project}/data?labeling=1"
        if result.moved:
            text += (
                f"\n{result.moved} comparisons of an earlier project there are kept as they are."
            )
        self.answer({"url": front.url, "dry_run": options["dry_run"], **asdict(result)}, text)

    def _pull(self, study: ObjectivityStudy, options: dict[str, Any]) -> None:
        url = options["label_studio_url"] or study.server_url or None
        front = configured_front(url, options["token"])
        result = pull_comparisons(study, front.front)
        aside = ", ".join(f"{n} {reason}" for reason, n in result.set_aside.items())
        self.answer(
            asdict(result),
            f"{wording.plural(result.comparisons, 'comparison')} from Label Studio are in the "
            f"study now; {wording.plural(result.changed_pairs, 'pair')} were read."
            + (f" Set aside: {aside}." if aside else ""),
        )

    def _rank(self, study: ObjectivityStudy, options: dict[str, Any]) -> None:
        found = ranking(study)
        self.answer({"study": study.slug, **found.as_json()}, ranking_text(found))


def ranking_text(found: StudyRanking) -> str:
    """The ranking for people, the most objective task first."""
    lines = [
        f"{row.stars}*  {row.slug:<24} {row.score:+.2f} [{row.low:+.2f}, {row.high:+.2f}]  "
        f"noisy {row.noisy_score:+.2f}  Copeland {row.copeland:+d}  {row.n} compared"
        f"{_agreement_text(row)}"
        for row in found.rows
    ]
    lines.append(
        f"{found.decided} comparisons by {wording.plural(found.annotators, 'person', 'people')}, "
        f"{found.cannot_say} cannot say. First is most objective (1*), last most subjective (5*)."
    )
    lines += [f"Majorities go round: {' > '.join([*c, c[0]])}" for c in found.cycles]
    if (one := found.with_alpha) is not None:
        lines.append(
            f"Spearman with alpha {one.rho:+.2f} [{one.low:+.2f}, {one.high:+.2f}], {one.n} tasks"
        )
    return "\n".join(lines)


def _agreement_text(row: RankedProject) -> str:
    if row.measured is None:
        return ""
    return (
        f"  a_i {row.measured.mean_agreement:.2f}, alpha {wording.decimal(row.measured.alpha, 2)}"
    )
