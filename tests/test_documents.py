"""The documents: each command is shown by example, and what they name is there."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.management import CommandParser, get_commands, load_command_class

ROOT = Path(__file__).resolve().parents[1]
APPS = ("curation", "generation", "training")
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
TOLD = [
    page for page in PAGES if page.parent.name != "results"
]  # those tell of benchmarks' options
OF_OTHERS = {"--check", "--deploy", "--examples", "--full", "--home", "--strict"}
# `manage.py` as it is typed, or as a lab's server calls it; variables may stand before it
TYPED = re.compile(r"^(?:[A-Z_]+=\S+ )*(?:\S*python )?(?:manage\.py|concord) (\w+)\b(.*)")
VERBS = {"verb", "action"}  # arguments that say what a command does


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One command as a document shows it."""

    page: str
    command: str
    rest: str  # what is typed after it, with the comment

    def __str__(self) -> str:
        return f"{self.page}: {self.command}{self.rest}"

    def words(self) -> list[str]:
        """What the command is given: without a comment, and without where a file goes in."""
        return shlex.split(self.rest.partition(" < ")[0], comments=True)


def shown_in(page: Path) -> Iterator[Shown]:
    """Commands in what stands indented or between fences."""
    lines, fenced = [], False
    for line in page.read_text().splitlines():
        if line.startswith("```"):
            fenced = not fenced
        elif fenced or line.startswith("    "):
            lines.append(line.strip())
    for line in re.sub(r"\\\n", "", "\n".join(lines)).splitlines():
        if found := TYPED.match(line):
            where = page.relative_to(ROOT).as_posix()
            yield Shown(page=where, command=found[1], rest=found[2])


SHOWN = [shown for page in PAGES for shown in shown_in(page)]
OURS = sorted(name for name, app in get_commands().items() if app in APPS)


def parser_of(command: str) -> CommandParser:
    app = get_commands()[command]
    assert isinstance(app, str)
    return load_command_class(app, command).create_parser("manage.py", command)


def verbs_of(command: str) -> set[str]:
    """What a command can be told to do, where it does several things."""
    said = [action for action in parser_of(command)._actions if action.dest in VERBS]
    return {verb for one in said if not one.option_strings for verb in one.choices or ()}


@pytest.mark.parametrize("command", OURS)
def test_every_command_is_shown_with_each_of_its_verbs(command: str) -> None:
    examples = [shown.rest for shown in SHOWN if shown.command == command]
    words = set(re.findall(r"\w+", " ".join(examples)))

    assert examples
    assert verbs_of(command) - words == set()


@pytest.mark.parametrize("shown", SHOWN, ids=str)
def test_every_command_that_is_shown_can_be_typed(shown: Shown) -> None:
    """It exists, and takes the options and values it is given (`CommandError` says what not)."""
    assert shown.command in get_commands()

    parser_of(shown.command).parse_args(shown.words())


def options_of(parser: argparse.ArgumentParser) -> set[str]:
    """All options, those of the verbs too."""
    found = set(parser._option_string_actions)
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            found |= {option for verb in action.choices.values() for option in options_of(verb)}
    return found


def named_in(page: Path) -> str:
    """What stands between single backticks."""
    running = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    return "\n".join(re.findall(r"`([^`\n]*)`", running))


@pytest.mark.parametrize("page", TOLD, ids=lambda page: page.stem)
def test_commands_and_options_in_running_text_exist(page: Path) -> None:
    named = named_in(page)
    commands = set(re.findall(r"manage\.py ([a-z]\w+)", named))
    options = set(re.findall(r"(?<![\w-])--[a-z][\w-]*", named))
    ours = {option for command in OURS for option in options_of(parser_of(command))}

    assert commands - set(get_commands()) == set()
    assert options - ours - OF_OTHERS == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_link_leads_to_a_file(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)", page.read_text())
    missing = [link for link in links if "://" not in link and not (page.parent / link).exists()]

    assert missing == []
