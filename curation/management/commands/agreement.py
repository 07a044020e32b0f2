"""`agreement SLUG [--aggregator majority|dawid_skene] [--per-example PATH]`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from curation.aggregation import AGGREGATORS
from curation.errors import BadInput
from curation.management.base import ConcordCommand
from curation.reporting.wording import plural
from curation.services.agreement import AgreementSummary, JudgedProject, judge, summary_of


class Command(ConcordCommand):
    help = "Measure how far annotators agree, per example and for the project."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("--aggregator", choices=list(AGGREGATORS), default="majority")
        parser.add_argument(
            "--per-example", type=Path, help="also write one JSON line per example to this file"
        )

    def run(self, **options: Any) -> None:
        project = self.get_project(options["slug"])
        result = judge(project, aggregator=options["aggregator"])
        summary = summary_of(project, result, aggregator=options["aggregator"])
        if options["per_example"]:
            write_per_example(result, options["per_example"])
        self.answer(summary.as_json(), text_of(summary))


def write_per_example(result: JudgedProject, path: Path) -> None:
    """One JSON line per example: id, a_i, entropy, votes, aggregated label, probabilities."""
    judged, names = result.judged, result.label_names
    try:
        with path.open("w", encoding="utf-8") as file:
            for row, name in enumerate(judged.external_id):
                line = {
                    "id": name,
                    "a_i": float(judged.agreement[row]),
                    "entropy": float(judged.entropy[row]),
                    "votes": dict(zip(names, result.counts[row].tolist(), strict=True)),
                    "label": names[judged.label[row]],
                    "probabilities": dict(
                        zip(names, result.aggregated.probabilities[row].tolist(), strict=True)
                    ),
                }
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
    except OSError as error:
        raise BadInput(f"{str(path)!r} cannot be written ({error.strerror}).") from error


def text_of(summary: AgreementSummary) -> str:
    """The summary for people."""
    single = summary.annotations == summary.examples
    why = "no example has two votes" if single else "all votes name one label"
    alpha = f"undefined ({why})"
    if summary.alpha is not None:
        alpha = f"{summary.alpha:.3f} [{summary.alpha_low:.3f}, {summary.alpha_high:.3f}]"
    crowd = " (simulated, not people)" if summary.simulated else ""
    lines = [
        f"{plural(summary.examples, 'example')}, {plural(summary.annotations, 'vote')} of "
        f"{plural(summary.annotators, 'annotator')}{crowd}",
        f"Krippendorff's α   {alpha}, nominal, 95 % over examples",
        f"mean agreement     {summary.mean_agreement:.3f}",
        f"unanimous          {summary.unanimous} of {summary.examples}",
        f"labels ({summary.aggregator})  "
        + ", ".join(f"{name} {count}" for name, count in summary.labels.items()),
    ]
    if summary.accuracy is not None:
        lines.append(f"accuracy           {summary.accuracy:.3f} ({summary.gold} gold labels)")
    if summary.skips or summary.strays:
        strays = plural(summary.strays, "stray answer")
        lines.append(f"set aside          {plural(summary.skips, 'skip')}, {strays}")
    return "\n".join(lines)
