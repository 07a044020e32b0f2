"""`pull SLUG`: bring annotations in from Label Studio."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from curation.management.base import ConcordCommand, add_front_options
from curation.services.fronts import configured_front
from curation.services.pulling import pull_annotations
from curation.services.rounds import current_round


class Command(ConcordCommand):
    help = "Bring in the annotations that are new or changed on Label Studio."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        add_front_options(parser)

    def run(self, **options: Any) -> None:
        target = current_round(self.get_project(options["slug"]))
        url = options["label_studio_url"] or target.server_url
        front = configured_front(url, options["token"])
        with self.progress("Pulling annotations") as progress:
            result = pull_annotations(target, front.front, progress=progress)
        self.answer(
            {
                "round": target.number,
                "changed_tasks": result.changed_tasks,
                "annotations": result.annotations,
                "strays": result.strays,
            },
            f"Round {target.number} has {result.annotations} annotations now (asked for: "
            f"{target.tasks.count() * target.overlap}) and {result.strays} answers set aside; "
            f"{result.changed_tasks} tasks were read.",
        )
