"""`manage.py train`: fit classifiers on sources of a project and say how they do."""

from __future__ import annotations

from io import StringIO
from typing import Any

from django.core.management.base import CommandParser
from rich.console import Console
from rich.table import Table

from curation.management.base import ConcordCommand
from curation.services.training_rows import scored_on
from training import services
from training.errors import BadRecipe
from training.evaluation.intervals import Interval
from training.fitting.classifiers import CLASSIFIERS
from training.fitting.config import LOSSES_ALONE, FitConfig
from training.fitting.errors import BadConfig
from training.services import ScoreTable, SourceScores


class Command(ConcordCommand):
    help = "Fit a classifier on each source, several seeds each, and score it on the test set."

    def add_options(self, parser: CommandParser) -> None:
        default = FitConfig()
        parser.add_argument("slug")
        parser.add_argument(
            "--source",
            action="append",
            required=True,
            dest="sources",
            help="real, version:N, real@100+method:zero_shot, agreed:0.8 and others: see "
            "docs/training_sources.md; may be given several times",
        )
        parser.add_argument("--seeds", type=int, default=3, help="runs per source (3)")
        parser.add_argument(
            "--steps",
            type=int,
            default=default.max_steps,
            help=f"optimisation steps per run ({default.max_steps})",
        )
        parser.add_argument("--parallel", type=int, default=1, help="runs side by side (1)")
        parser.add_argument("--threads", type=int, default=1, help="threads per run (1)")
        parser.add_argument("--classifier", choices=list(CLASSIFIERS), default="transformer")
        parser.add_argument("--model", default="minilm", help="minilm, or a folder with a model")
        parser.add_argument(
            "--allow-download", action="store_true", help="let --model name a model of the hub"
        )
        _add_learning(parser)
        _add_kept(parser)

    def run(self, **options: Any) -> None:
        project = self.get_project(options["slug"])
        sources: list[str] = options["sources"]
        with self.progress("training") as progress:
            runs = services.train_sources(
                project,
                sources,
                seeds=options["seeds"],
                config=_config(options),
                parallel=options["parallel"],
                progress=progress,
            )
        table = services.project_scores(project, sources=sources)
        trusted, crowd = scored_on(project)
        self.answer(
            {
                "project": project.slug,
                "runs": len(runs),
                "test_texts": {"trusted": trusted, "crowd": crowd},
                **table.as_json(),
            },
            f"{_text(table)}\n{_scored(trusted, crowd)}",
        )


def _add_learning(parser: CommandParser) -> None:
    """How a run learns from its rows."""
    parser.add_argument(
        "--loss",
        choices=LOSSES_ALONE,
        default=FitConfig().loss,
        help="soft labels and agreement need votes; imp and dimp are for studies",
    )
    parser.add_argument("--balanced", action="store_true", help="every label weighs the same")


def _add_kept(parser: CommandParser) -> None:
    """What a run leaves behind besides its scores."""
    parser.add_argument(
        "--save-model",
        action="store_true",
        help="keep the model, to judge new texts (90 MB a run; tfidf 3 MB)",
    )
    parser.add_argument(
        "--dynamics",
        action="store_true",
        help="keep how each training row was learned, for manage.py suspects",
    )


def _config(options: dict[str, Any]) -> FitConfig:
    if options["classifier"] != "transformer" and options["model"] != "minilm":
        raise BadRecipe("--model is for --classifier transformer; leave it out.")
    if options["classifier"] != "transformer" and options["dynamics"]:
        raise BadRecipe("--dynamics needs steps to watch; use --classifier transformer.")
    try:
        return FitConfig(
            classifier=options["classifier"],
            model=options["model"],
            hub=options["allow_download"],
            max_steps=options["steps"],
            threads=options["threads"],
            loss=options["loss"],
            class_weights="balanced" if options["balanced"] else "",
            save_model=options["save_model"],
            dynamics=options["dynamics"],
        )
    except BadConfig as error:
        raise BadRecipe(str(error)) from error


def _text(table: ScoreTable) -> str:
    shown = Table("source", "rows", "seeds", "macro-F1", "95 %", "accuracy", "", box=None)
    for one in table.sources:
        f1, accuracy = one.scores.macro_f1, one.scores.accuracy
        shown.add_row(
            one.source,
            str(one.train_rows),
            str(one.seeds),
            f"{f1.mean:.3f} ± {f1.std:.3f}" if one.seeds > 1 else f"{f1.mean:.3f}",
            _ends(f1),
            f"{accuracy.mean:.3f}",
            _flag(one),
        )
    page = StringIO()
    console = Console(file=page, width=100)
    console.print(shown)
    for pair in table.comparisons:
        console.print(pair.sentence(), highlight=False)
    return page.getvalue().rstrip()


def _scored(trusted: int, crowd: int) -> str:
    """What the scores were taken on: the crowd's own labels are no trusted ones."""
    texts = f"Scored on {trusted + crowd:,} test texts"
    if not crowd:
        return f"{texts} with trusted labels."
    if not trusted:
        return f"{texts} with the labels that people gave them; none is a trusted one."
    return f"{texts}: {trusted:,} with trusted labels, {crowd:,} with those that people gave them."


def _ends(interval: Interval) -> str:
    return f"{interval.low:.3f} to {interval.high:.3f}"


def _flag(one: SourceScores) -> str:
    return f"{one.collapsed} of {one.seeds} collapsed to one label" if one.collapsed else ""
