"""`push SLUG`: send the pool to Label Studio."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from curation.management.base import ConcordCommand, add_front_options
from curation.services.fronts import configured_front
from curation.services.rounds import push_tasks


class Command(ConcordCommand):
    help = "Send the texts to Label Studio; what is there already is not sent again."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        add_front_options(parser)

    def run(self, **options: Any) -> None:
        project = self.get_project(options["slug"])
        front = configured_front(options["label_studio_url"], options["token"])
        with self.progress("Sending tasks") as progress:
            result = push_tasks(project, front.front, url=front.url, progress=progress)
        remote = result.round.remote_project
        self.answer(
            {
                "round": result.round.number,
                "tasks": result.tasks,
                "sent": result.sent,
                "url": f"{front.url}/projects/{remote}",
                "server_version": result.round.server_version,
            },
            f"Round {result.round.number} has {result.tasks} tasks in Label Studio, {result.sent} "
            "of them sent now.\n"
            f"Annotators start here: {front.url}/projects/{remote}/data?labeling=1",
        )
