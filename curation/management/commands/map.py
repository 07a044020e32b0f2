"""`map SLUG [--anew] [--within CORNERS]`: the map of a project's texts; what a line holds."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from curation.bulk import chunked
from curation.management.base import ConcordCommand
from curation.mapping.polygon import inside, read_corners
from curation.models import Project
from curation.reporting import wording
from curation.services.corpus_map import CorpusMap, draw_map, facts_of, find_map

READ = 5_000


class Command(ConcordCommand):
    help = "Draw the map of a project's texts, where they lie by meaning."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument(
            "--anew", action="store_true", help="draw it even if no text came since"
        )
        parser.add_argument(
            "--within",
            metavar="CORNERS",
            help='ids of the texts within a line: "0.1,0.2 0.4,0.2 0.4,0.6", in shares of the '
            "map's side, to the right and downwards",
        )

    def run(self, **options: Any) -> None:
        project = self.get_project(options["slug"])
        corners = read_corners(options["within"]) if options["within"] is not None else None
        found = find_map(project)
        if found is None or found.new or options["anew"]:
            with self.progress("Drawing the map") as progress:
                found = draw_map(project, progress=progress)
        if corners is None:
            self.answer(vars(facts_of(found)), _told(found))
            return
        x, y = found.points.shares()
        chosen = _names(project, found.points.keys[inside(x, y, corners)].tolist())
        count = f"{wording.plural(len(chosen), 'text')} within the line."
        self.answer({"examples": chosen}, "\n".join([*chosen, count]))


def _names(project: Project, keys: list[int]) -> list[str]:
    names: list[str] = []
    for some in chunked(keys, READ):
        by_key = dict(project.examples.filter(pk__in=some).values_list("pk", "external_id"))
        names += [by_key[key] for key in some if key in by_key]
    return names


def _told(found: CorpusMap) -> str:
    whole = wording.plural(found.texts, "text")
    shown = whole if found.shown == found.texts else f"{found.shown:,} of {whole}"
    groups = wording.plural(len(found.groups), "group")
    width = max(len(f"{group.size:,}") for group in found.groups)
    lines = [f"{group.number:>4}  {group.size:>{width},}  {group.words}" for group in found.groups]
    return "\n".join([f"{shown} on the map, in {groups}:", *lines])
