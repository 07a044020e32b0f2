"""What every command shares: a project by slug, a progress bar, one answer in two forms."""

from __future__ import annotations

import json
import sys
from argparse import SUPPRESS, _SubParsersAction
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from curation.archives.marker import restoring_in
from curation.errors import BadRow, CurationError, NothingToDo
from curation.models import Project
from curation.progress import Progress
from curation.services import projects


class ConcordCommand(BaseCommand):
    """A verb: prints for people, or one JSON object with --json; bad input exits 1 with a sentence.

    With --json a refusal is one object on stdout, too: {"error": the sentence}. --json may also
    stand after a verb of the command's own. Subclasses write `run(**options)` and
    `add_options(parser)`.
    """

    requires_system_checks = []
    works_on_any_database = False  # True: it runs on one that is missing, old or half restored
    as_json = False
    answered = False  # with --json nothing more may come on stdout

    def add_arguments(self, parser: CommandParser) -> None:
        told = "print one JSON object on stdout"
        parser.add_argument("--json", action="store_true", help=told)
        self.add_options(parser)
        for verb in _verbs(parser):
            verb.add_argument("--json", action="store_true", default=SUPPRESS, help=told)

    def run_from_argv(self, argv: list[str]) -> None:
        """What cannot be parsed is told as JSON, too, to whoever asks for JSON."""
        if "--json" in argv[2:]:
            try:
                self.create_parser(argv[0], argv[1]).parse_args(argv[2:])
            except CommandError as error:
                self.as_json = True
                self._tell_refusal(str(error))
                sys.exit(2)
        super().run_from_argv(argv)

    def add_options(self, parser: CommandParser) -> None:
        """The command's own arguments."""

    def handle(self, *args: Any, **options: Any) -> None:
        self.as_json, self.answered = options["json"], False
        try:
            self._run_plainly(**options)
        except CommandError as error:
            self._tell_refusal(str(error))
            raise

    def _run_plainly(self, **options: Any) -> None:
        """Errors that somebody can act on as Django's own."""
        try:
            if not self.works_on_any_database:
                bring_up_to_date()
            self.run(**options)
        except CurationError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(_sentence(error)) from error
        except DatabaseError as error:
            raise CommandError(_database_sentence(error)) from error
        except KeyboardInterrupt as error:
            sentence = "Stopped; what was finished is kept, and the same command continues."
            raise CommandError(sentence, returncode=130) from error

    def run(self, **options: Any) -> None:
        raise NotImplementedError

    def get_project(self, slug: str) -> Project:
        return projects.get_project(slug)

    def answer(self, result: dict[str, Any], text: str) -> None:
        """Say how it went: `result` with --json, else `text`."""
        self.stdout.write(json.dumps(result, ensure_ascii=False) if self.as_json else text)
        self.answered = True

    def _tell_refusal(self, sentence: str) -> None:
        if self.as_json and not self.answered:
            self.answer({"error": sentence}, sentence)

    def bad_row(self, row: BadRow) -> dict[str, Any]:
        return {"line": row.line, "reason": row.reason, "detail": row.detail}

    def skipped_text(self, rows: Sequence[BadRow]) -> str:
        """The skipped rows for people: every one, a line each."""
        if not rows:
            return ""
        return f"\nSkipped {len(rows)} bad rows:\n" + "\n".join(f"  {row}" for row in rows)

    @contextmanager
    def progress(self, label: str) -> Iterator[Progress]:
        """A bar on stderr while something long runs; nothing with --json or without a terminal."""
        console = Console(stderr=True, quiet=self.as_json)
        with _bars(console) as bars:
            task = bars.add_task(label, total=None)

            def show(done: int, total: int, note: str = "") -> None:
                text = f"{label}  {note}" if note else label
                bars.update(task, completed=done, total=total or None, description=text)

            yield show


def _verbs(parser: CommandParser) -> Iterator[CommandParser]:
    """The parsers of the command's own verbs, if it has some."""
    for action in parser._actions:
        if isinstance(action, _SubParsersAction):
            yield from action.choices.values()


def bring_up_to_date() -> None:
    """Make or upgrade the tables of a SQLite database; other databases belong to an operator.

    Raises:
        NothingToDo: another database lacks tables or columns, or a restoring has to be finished.
    """
    if restoring := restoring_in(Path(settings.CONCORD_HOME)):
        raise NothingToDo(restoring.sentence())
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return
    if connection.vendor != "sqlite":
        raise NothingToDo("The database is not up to date; run manage.py migrate first.")
    call_command("migrate", verbosity=0)


def add_front_options(parser: CommandParser) -> None:
    """Options that name a Label Studio server other than our own."""
    parser.add_argument("--label-studio-url", help="an existing server, such as http://host:8080")
    parser.add_argument("--token", help="its access token (or set CONCORD_LABEL_STUDIO_TOKEN)")


def _bars(console: Console) -> Bars:
    return Bars(
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        disable=not sys.stderr.isatty(),
    )


def _database_sentence(error: DatabaseError) -> str:
    """A database error as one sentence; where the database is, but never its password."""
    where = connection.settings_dict["NAME"]
    reason = str(error).strip().splitlines()[0].rstrip(".")
    return (
        f"The database {str(where)!r} refused ({reason}); check that it runs, may be written, and "
        "that no other command writes a lot at this moment, then try again."
    )


def _sentence(error: OSError) -> str:
    """An operating system error as one sentence with the path it is about."""
    where = f" {str(error.filename)!r}" if error.filename else ""
    if isinstance(error, FileNotFoundError):
        return f"There is nothing at{where}; check the path." if where else f"{error}."
    return f"Could not use{where}: {error.strerror or error}. Check what may be read and written."
