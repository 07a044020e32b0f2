"""manage.py attributes SLUG [NAME]: lists that methods draw from, such as topics."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from curation.errors import BadInput
from curation.management.base import ConcordCommand
from generation.models import Attribute
from generation.providers import PROVIDERS
from generation.services.attributes import remove_attribute, set_values, write_values


class Command(ConcordCommand):
    help = (
        "Show, write, replace or remove a list of topics, styles, personas or any other attribute "
        "that the methods topic and attributes draw from. One list serves all labels."
    )

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="the project")
        parser.add_argument("name", nargs="?", help="topic, style, length, persona, ...")
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--write", type=int, metavar="N", help="have a model write N values")
        what.add_argument("--from", type=Path, dest="file", help="take the values of a file")
        what.add_argument("--remove", action="store_true", help="forget the list")
        parser.add_argument("--provider", choices=PROVIDERS, default="openai")
        parser.add_argument("--model", default="", help="as the provider names it")
        parser.add_argument("--base-url", default="", help="like http://127.0.0.1:8000/v1")
        parser.add_argument("--seed", type=int, default=0)

    def run(self, **options: Any) -> None:
        project = self.get_project(options["slug"])
        name = options["name"]
        changes = options["write"] is not None or options["file"] or options["remove"]
        if name is None:
            if changes:
                raise BadInput("Name the attribute: manage.py attributes SLUG NAME ...")
            self._show(list(Attribute.objects.filter(project=project)))
        elif options["remove"]:
            remove_attribute(project, name)
            self.answer({"removed": name}, f"The list of {name!r} is removed.")
        elif options["file"]:
            self._show([set_values(project, name, _lines(options["file"]))])
        elif options["write"] is not None:
            wish = {key: options[key] for key in ("provider", "model", "base_url", "seed")}
            self._show([write_values(project, name=name, n_values=options["write"], **wish)])
        else:
            self._show(list(Attribute.objects.filter(project=project, name=name)), name=name)

    def _show(self, attributes: list[Attribute], *, name: str = "") -> None:
        if name and not attributes:
            raise BadInput(
                f"The project has no list of {name!r}; have it written with --write N, or give "
                "your own with --from FILE."
            )
        result = {
            attribute.name: {"values": attribute.values, "written_by": attribute.written_by}
            for attribute in attributes
        }
        text = "\n".join(
            f"{attribute.name} ({len(attribute.values)} values"
            + (f", written by {attribute.written_by}" if attribute.written_by else "")
            + "):\n"
            + "\n".join(f"  {value}" for value in attribute.values)
            for attribute in attributes
        )
        self.answer(result, text or "The project has no lists yet.")


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise BadInput(f"{path} is not UTF-8 text; save it as UTF-8.") from error
