"""`manage.py study`: write down, run and read matrices of training runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from curation.errors import BadInput
from curation.management.base import ConcordCommand
from training.errors import StudyNotFound, StudyRefused
from training.executors import EXECUTORS
from training.fitting.errors import FitError
from training.management import study_display as display
from training.services import studies
from training.services.studies.telling import make_report, write_files
from training.studies.files import SUFFIXES, read_plan
from training.studies.plan import StudyPlan
from training.studies.ready import READY, ready_plan

VERBS = ("list", "plan", "create", "run", "status", "report", "stop", "delete")
HELP = """Compare sources, losses and classifiers over seeds, each run made once.

  study list                      the studies there are
  study plan FILE|SLUG|READY      what it would take; nothing is written
  study create FILE [--slug S]    write a study down
  study run SLUG                  fit what it still lacks; started again it goes on
  study status SLUG               how far it is, and what failed
  study report SLUG [--to DIR]    what came of it; with --to tables and figures
  study stop SLUG                 ask whoever runs it to stop
  study delete SLUG               forget the study; its runs stay
  study READY --data DIR          a ready-made study, from its data to its report
"""


class Command(ConcordCommand):
    help = HELP + "\nReady-made: " + "; ".join(f"{one.name}: {one.about}" for one in READY.values())

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        import argparse

        kwargs.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        return super().create_parser(prog_name, subcommand, **kwargs)

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("verb", help=f"{', '.join(VERBS)}, or one of {', '.join(READY)}")
        parser.add_argument("name", nargs="?", help="the study's slug, or a study file")
        parser.add_argument("--slug", help="what the study is called (the name of its file)")
        parser.add_argument(
            "--parallel",
            type=int,
            help="runs side by side (one per graphics processor, or else one per core)",
        )
        parser.add_argument("--executor", choices=list(EXECUTORS), default="local")
        parser.add_argument("--to", type=Path, metavar="DIR", help="folder for tables and figures")
        parser.add_argument("--data", type=Path, metavar="DIR", help="data of a ready-made study")
        parser.add_argument("--recordings", type=Path, metavar="DIR", help="its recorded answers")
        parser.add_argument(
            "--quick",
            action="store_true",
            help="a ready-made study with the probe and two seeds only",
        )

    def run(self, **options: Any) -> None:
        verb, name = options["verb"], options["name"]
        try:
            if verb in READY:
                self._ready(verb, options)
            elif verb == "list":
                self._list()
            elif verb not in VERBS:
                known = ", ".join((*VERBS, *READY))
                raise BadInput(f"{verb!r} is nothing that can be done; there are {known}.")
            elif name is None:
                raise BadInput(f"Name the study: manage.py study {verb} NAME")
            else:
                getattr(self, f"_{verb}")(name, options)
        except FitError as error:
            raise StudyRefused(str(error)) from error

    def _list(self) -> None:
        states = studies.all_studies()
        self.answer({"studies": [state.as_json() for state in states]}, display.list_text(states))

    def _plan(self, name: str, options: dict[str, Any]) -> None:
        plan = _named_plan(name)
        cost = studies.plan_cost(plan)
        parallel = options["parallel"] or studies.side_by_side(plan) or 1
        self.answer(
            {"study": name, "parallel": parallel, **cost.as_json()},
            display.cost_text(cost, parallel=parallel),
        )

    def _create(self, name: str, options: dict[str, Any]) -> None:
        plan = read_plan(Path(name))
        study = studies.create_study(plan, options["slug"] or Path(name).stem)
        state = studies.state_of(study)
        text = f"{display.state_text(state)}\nRun it with: manage.py study run {study.slug}"
        self.answer(state.as_json(), text)

    def _run(self, name: str, options: dict[str, Any]) -> None:
        outcome = self._fit(name, options)
        self.answer(outcome.as_json(), display.outcome_text(outcome))

    def _status(self, name: str, options: dict[str, Any]) -> None:
        state = studies.state_of(studies.get_study(name))
        self.answer(state.as_json(), display.state_text(state))

    def _report(self, name: str, options: dict[str, Any]) -> None:
        study = studies.get_study(name)
        report = make_report(study)
        written = write_files(study, options["to"]) if options["to"] else []
        self.answer(
            {"study": name, "report": report, "written": [str(path) for path in written]},
            _with_files(display.report_text(report), written),
        )

    def _stop(self, name: str, options: dict[str, Any]) -> None:
        stopping = studies.stop_study(name)
        text = "It stops within seconds; go on with: manage.py study run" if stopping else ""
        text = f"{text} {name}" if stopping else f"Nothing runs study {name!r} on this machine."
        self.answer({"study": name, "stopping": stopping}, text)

    def _delete(self, name: str, options: dict[str, Any]) -> None:
        studies.delete_study(name)
        self.answer({"deleted": name}, f"Study {name!r} is forgotten; its runs and files stay.")

    def _ready(self, name: str, options: dict[str, Any]) -> None:
        """From the data folder to the report; each step may be killed and started again."""
        from training.services.ready import prepare

        if options["data"] is None:
            raise BadInput(f"Say where the data is: manage.py study {name} --data DIR")
        with self.progress("setting up projects") as progress:
            plan = prepare(
                name,
                data=options["data"],
                recordings=options["recordings"],
                quick=options["quick"],
                progress=progress,
            )
        slug = options["slug"] or (f"{name}-quick" if options["quick"] else name)
        study = studies.create_study(plan, slug)
        if not self.as_json:
            cost = studies.plan_cost(plan)
            parallel = options["parallel"] or studies.side_by_side(plan) or 1
            self.stdout.write(display.cost_text(cost, parallel=parallel))
        outcome = self._fit(slug, options)
        report = make_report(study)
        written = write_files(study, options["to"]) if options["to"] else []
        self.answer(
            {**outcome.as_json(), "report": report, "written": [str(path) for path in written]},
            _with_files(f"{display.report_text(report)}\n{display.outcome_text(outcome)}", written),
        )

    def _fit(self, slug: str, options: dict[str, Any]) -> studies.Outcome:
        with self.progress(slug) as progress:
            return studies.run_study(
                slug,
                parallel=options["parallel"],
                executor=options["executor"],
                progress=progress,
            )


def _named_plan(name: str) -> StudyPlan:
    """The plan of a file, of a study, or of a ready-made study whose projects are there."""
    path = Path(name)
    if path.suffix in SUFFIXES or path.is_file():
        return read_plan(path)
    try:
        return studies.plan_of(studies.get_study(name))
    except StudyNotFound:
        if name in READY:
            return ready_plan(name)
        raise


def _with_files(text: str, written: list[Path]) -> str:
    if not written:
        return text
    return f"{text}\n" + "\n".join(f"Written: {path}" for path in written)
