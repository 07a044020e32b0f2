"""`create_project SLUG --labels a,b` or `--from task.json`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from curation.errors import BadInput
from curation.importers import read_task_file
from curation.management.base import ConcordCommand
from curation.services.projects import NewLabel, create_project


class Command(ConcordCommand):
    help = "Create a project: one labelling question with its labels."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="short name for commands and addresses")
        parser.add_argument("--labels", help="label names, separated by commas")
        parser.add_argument("--from", dest="source", type=Path, help="a task.json file")
        parser.add_argument("--title", default="")
        parser.add_argument("--description", default="", help="the question, in a sentence")
        parser.add_argument("--instructions", default="", help="what annotators read first")
        parser.add_argument("--overlap", type=int, default=3, help="annotations per task")

    def run(self, **options: Any) -> None:
        if bool(options["labels"]) == bool(options["source"]):
            raise BadInput("Say the labels either with --labels a,b or with --from task.json.")
        fields = _from_file(options["source"]) if options["source"] else {}
        if options["labels"]:
            fields["labels"] = [
                NewLabel(name=name.strip()) for name in options["labels"].split(",")
            ]
        for name in ("title", "description", "instructions"):
            fields[name] = options[name] or fields.get(name, "")
        project = create_project(options["slug"], overlap=options["overlap"], **fields)
        names = project.label_names()
        self.answer(
            {"project": project.slug, "title": project.title, "labels": names},
            f"Created project {project.slug} with labels {', '.join(names)}. Next: "
            f"manage.py generate {project.slug}, or manage.py import_examples {project.slug} FILE.",
        )


def _from_file(path: Path) -> dict[str, Any]:
    task = read_task_file(path)
    return {
        "title": task.title,
        "description": task.description,
        "instructions": task.instructions,
        "labels": [
            NewLabel(name=label.name, title=label.title, description=label.description)
            for label in task.labels
        ],
    }
