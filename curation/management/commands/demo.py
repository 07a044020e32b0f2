"""`demo`: the main job, end to end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from curation.datasets import PolicyError
from curation.errors import BadInput
from curation.management.base import ConcordCommand, add_front_options
from curation.management.demo.display import Display
from curation.management.demo.plan import Plan, make_plan
from curation.management.demo.run import Server, run_demo, stage_count
from curation.management.demo.summary import summarise_demo, write_summary
from curation.services.fronts import named_address
from curation.services.report import write_report

# options that a plan takes under their own names
PLANNED = (
    "data", "votes", "count", "seeds", "seed", "steps", "threshold", "keep_share", "classifier",
)  # fmt: skip


class Command(ConcordCommand):
    help = (
        "Run the main job: an LLM's answers, a Label Studio server, a simulated crowd, two "
        "curated dataset versions, retrained classifiers, and a report."
    )

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--data", type=Path, help="folder with task.json, train.jsonl and test.jsonl"
        )
        parser.add_argument(
            "--votes",
            type=Path,
            help="folder with source.json, annotations.csv and texts.jsonl: real votes instead of "
            "a simulated crowd",
        )
        parser.add_argument("--project", help="slug (default: by the data)")
        parser.add_argument("--count", type=int, default=300, help="texts to generate")
        parser.add_argument("--seeds", type=int, default=3, help="training runs per source")
        parser.add_argument("--seed", type=int, default=0, help="of generation, crowd and splits")
        parser.add_argument("--threshold", type=float, default=0.8)
        parser.add_argument("--keep-share", type=float, default=0.7)
        parser.add_argument(
            "--classifier",
            choices=["transformer", "tfidf"],
            default="transformer",
            help="tfidf takes seconds instead of minutes",
        )
        parser.add_argument(
            "--steps", type=int, help="optimisation steps per run (64; --data 96, --votes 240)"
        )
        add_front_options(parser)

    def run(self, **options: Any) -> None:
        plan = _plan(options)
        _check_home(plan)
        display = Display(stages=stage_count(plan), quiet=self.as_json)
        url = named_address(options["label_studio_url"])
        server = Server(url=url, token=options["token"])
        outcome = run_demo(plan, server, display)
        with display.stage("report", "Report"):
            summary = summarise_demo(outcome)
            write_report(outcome.project, summary, plan.home / "report.html")
        summary["seconds"] = dict(display.seconds)
        write_summary(summary, plan.home)
        self.answer(summary, text_of(summary, plan))


def _plan(options: dict[str, Any]) -> Plan:
    for name in ("count", "seeds", "steps"):
        if options[name] is not None and options[name] < 1:
            raise BadInput(f"--{name} is {options[name]}, but it must be at least 1.")
    try:
        return make_plan(slug=options["project"], **{name: options[name] for name in PLANNED})
    except PolicyError as error:
        raise BadInput(str(error)) from error


def _check_home(plan: Plan) -> None:
    """Fail before the work, not after it, when the results cannot be written."""
    try:
        plan.home.mkdir(parents=True, exist_ok=True)
        probe = plan.home / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise BadInput(
            f"{str(plan.home)!r} cannot be written ({error.strerror}); free the disk, or set "
            "CONCORD_HOME to another folder."
        ) from error


def text_of(summary: dict[str, Any], plan: Plan) -> str:
    """The outcome for people, in a screenful."""
    annotation, agreement = summary["annotation"], summary["agreement"]
    who = "simulated annotators (programs, not people)" if annotation["simulated"] else "annotators"
    lines = [
        "",
        f"{annotation['annotations']} votes of {annotation['annotators']} {who} on "
        f"{annotation['tasks']} texts; mean agreement {agreement['mean']:.3f}, "
        f"Krippendorff's α {_three(agreement['alpha'])}.",
        "",
        f"{'training source':<24}{'rows':>6}{'macro-F1':>18}{'accuracy':>10}",
    ]
    for name, score in summary["scores"].items():
        f1 = score["macro_f1"]
        flag = "  collapsed to one label" if name in summary["collapsed"] else ""
        lines.append(
            f"{name:<24}{score['train_rows']:>6}   {_spread(f1, plan.seeds)} "
            f"{score['accuracy']['mean']:>10.3f}{flag}"
        )
    lines += [
        "",
        f"{'One seed' if plan.seeds == 1 else f'Mean ± standard deviation over {plan.seeds} seeds'}"
        f" on {summary['test_set']['rows']} test texts: {summary['test_set']['name']}.",
        f"Report:  {plan.home / 'report.html'}",
        f"Numbers: {plan.home / 'summary.json'}",
        "Next:    make serve, to look at the project in the browser.",
    ]
    return "\n".join(lines)


def _spread(score: dict[str, float], seeds: int) -> str:
    return (
        f"{score['mean']:.3f} ± {score['std']:.3f}" if seeds > 1 else f"{score['mean']:.3f}{'':8}"
    )


def _three(value: float | None) -> str:
    return "undefined" if value is None else f"{value:.3f}"
