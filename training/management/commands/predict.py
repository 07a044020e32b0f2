"""`predict SLUG FILE --to OUT`, or `predict SLUG --examples pool`: let a kept model judge texts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from curation.errors import BadInput
from curation.management.base import ConcordCommand
from curation.models import Prediction, Project
from training.services.attaching import attach
from training.services.predicted_files import PredictedFile, predict_file


class Command(ConcordCommand):
    help = "Judge the texts of a file, or of the project itself, with a classifier that was kept."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument(
            "file", type=Path, nargs="?", help=".csv, .jsonl, or .txt with a text a line; UTF-8"
        )
        parser.add_argument("--to", type=Path, help="what to write: .csv, .jsonl or .parquet")
        parser.add_argument(
            "--run", default="", dest="run_key", metavar="KEY",
            help="such as training:12; left out: the one asked for last that kept its model",
        )  # fmt: skip
        parser.add_argument("--column", default="text", help="that holds the texts (text)")
        parser.add_argument(
            "--calibrated",
            action="store_true",
            help="probabilities at the temperature fitted on the run's validation rows",
        )
        parser.add_argument(
            "--skip-bad", action="store_true", help="leave bad rows out, and list each of them"
        )
        parser.add_argument(
            "--examples",
            choices=["pool", "test", "train"],
            help="instead of a file: attach predictions to the project's own texts",
        )

    def run(self, **options: Any) -> None:
        project = self.get_project(options["slug"])
        if (options["file"] is None) == (options["examples"] is None):
            raise BadInput("Name a file of texts, or --examples pool, test or train; one of them.")
        if options["examples"] is not None:
            self._attach(project, options)
        elif options["to"] is None:
            raise BadInput("Say what to write with --to, such as --to predicted.csv.")
        else:
            self._predict(project, options)

    def _predict(self, project: Project, options: dict[str, Any]) -> None:
        with self.progress(f"Judging {options['file'].name}") as progress:
            done = predict_file(
                project,
                options["run_key"],
                options["file"],
                options["to"],
                column=options["column"],
                calibrated=options["calibrated"],
                skip_bad=options["skip_bad"],
                progress=progress,
            )
        skipped = [self.bad_row(row) for row in done.skipped]
        text = _sentence(done) + self.skipped_text(done.skipped)
        self.answer({"project": project.slug, **done.as_json(), "skipped": skipped}, text)

    def _attach(self, project: Project, options: dict[str, Any]) -> None:
        split = options["examples"]
        with self.progress(f"Judging {split} texts") as progress:
            done = attach(project, options["run_key"], split=split, progress=progress)
        rows = Prediction.objects.filter(
            project=project, run_key=done.predictions_key, example__split=split
        ).count()
        self.answer(
            {
                "project": project.slug,
                "run": done.run_key,
                "predictions": done.predictions_key,
                "split": split,
                "rows": rows,
            },
            f"{rows:,} {split} texts carry predictions of {done.predictions_key}.",
        )


def _sentence(done: PredictedFile) -> str:
    counts = ", ".join(f"{label} {n:,}" for label, n in done.labels.items())
    return f"{done.run_key} judged {done.rows:,} texts ({counts}); wrote {done.path}."
