"""`create_project SLUG --labels a,b`, `--from task.json` or `--preset NAME`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from curation.errors import BadInput
from curation.importers import read_task_file
from curation.management.base import ConcordCommand
from curation.services.projects import (
    NewLabel,
    create_project,
    preset_titles,
    read_preset,
)


class Command(ConcordCommand):
    help = "Create a project: one labelling question with its labels."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("slug", nargs="?", help="short name for commands and addresses")
        parser.add_argument("--labels", help="label names, separated by commas")
        parser.add_argument("--from", dest="source", type=Path, help="a task.json file")
        parser.add_argument("--preset", help="a question that comes with the application")
        parser.add_argument("--presets", action="store_true", help="list those questions")
        parser.add_argument("--title", default="")
        parser.add_argument("--description", default="", help="the question, in a sentence")
        parser.add_argument("--instructions", default="", help="what annotators read first")
        parser.add_argument("--overlap", type=int, default=3, help="annotations per task")
        parser.add_argument("--threshold", type=float, default=0.8, help="agreement γ to decide at")

    def run(self, **options: Any) -> None:
        if options["presets"]:
            titles = preset_titles()
            lines = [f"{name:<24}{title}" for name, title in titles.items()]
            self.answer({"presets": titles}, "\n".join(lines))
        elif not options["slug"]:
            raise BadInput("Name the project: manage.py create_project SLUG --labels a,b")
        else:
            self._create(options)

    def _create(self, options: dict[str, Any]) -> None:
        fields = _fields(options)
        for name in ("title", "description", "instructions"):
            fields[name] = options[name] or fields.get(name, "")
        project = create_project(
            options["slug"], overlap=options["overlap"], threshold=options["threshold"], **fields
        )
        names = project.label_names()
        self.answer(
            {"project": project.slug, "title": project.title, "labels": names},
            f"Created project {project.slug} with labels {', '.join(names)}. Next: "
            f"manage.py generate {project.slug}, or manage.py import_examples {project.slug} FILE "
            f"--split pool; for votes you have, manage.py import_votes {project.slug} FILE --texts "
            "FILE.",
        )


def _fields(options: dict[str, Any]) -> dict[str, Any]:
    """What the one source of labels says."""
    given = [name for name in ("labels", "source", "preset") if options[name]]
    if len(given) != 1:
        raise BadInput(
            "Say the labels either with --labels a,b, with --from task.json or with --preset NAME."
        )
    if options["source"]:
        return _from_file(options["source"])
    if options["preset"]:
        return dict(vars(read_preset(options["preset"])))
    return {"labels": [NewLabel(name=name.strip()) for name in options["labels"].split(",")]}


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
        "writing": _writing(path),
    }


def _writing(path: Path) -> Any:
    """The "writing" of a task file that could be read, {} where it has none."""
    writing = json.loads(path.read_text(encoding="utf-8-sig")).get("writing")
    return {} if writing is None else writing
