"""`agreement SLUG [--aggregator A] [--per-example PATH] [--explore [--score]]`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from curation.errors import BadInput
from curation.management.base import ConcordCommand
from curation.management.exploring import add_explore_options, explore, table_of
from curation.models import Project
from curation.reporting.agreement import TITLES, posterior_words
from curation.reporting.wording import decimal, plural
from curation.services.aggregating.applying import NAMES
from curation.services.agreement import AgreementSummary, JudgedProject, judge, summary_of
from curation.services.statistics import ProjectAgreement, figures_of, measure_agreement


class Command(ConcordCommand):
    help = "Measure how far annotators agree, per example and for the project."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument("--aggregator", choices=NAMES, default="majority")
        parser.add_argument(
            "--per-example", type=Path, help="also write one JSON line per example to this file"
        )
        add_explore_options(parser)

    def run(self, **options: Any) -> None:
        project = self.get_project(options["slug"])
        if options["explore"] or options["score"]:
            self.explore(project, options)
            return
        each = options["per_example"] is not None
        result = judge(project, aggregator=options["aggregator"], posterior=each)
        summary = summary_of(project, result, aggregator=options["aggregator"])
        if each:
            write_per_example(result, options["per_example"])
        known = measure_agreement(project)
        text = "\n".join([text_of(summary), *lines_of(known)])
        self.answer({**summary.as_json(), **figures_of(known)}, text)

    def explore(self, project: Project, options: dict[str, Any]) -> None:
        with self.progress("Exploring") as progress:
            found = explore(
                project,
                aggregator=options["aggregator"],
                measure=options["measure"],
                score=options["score"],
                progress=progress,
            )
        self.answer(found.as_json(), table_of(found, project.slug))


def write_per_example(result: JudgedProject, path: Path) -> None:
    """One JSON line per example: id, a_i, posterior agreement, entropy, votes, aggregated label,
    probabilities."""
    judged, names, posterior = result.judged, result.label_names, result.judged.posterior
    assert posterior is not None
    try:
        with path.open("w", encoding="utf-8") as file:
            for row, name in enumerate(judged.external_id):
                line = {
                    "id": name,
                    "a_i": float(judged.agreement[row]),
                    "posterior": {
                        "mean": float(posterior.mean[row]),
                        "low": float(posterior.low[row]),
                        "high": float(posterior.high[row]),
                    },
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
    crowd = " (simulated, not people)" if summary.simulated else ""
    lines = [
        f"{plural(summary.examples, 'example')}, {plural(summary.annotations, 'vote')} of "
        f"{plural(summary.annotators, 'annotator')}{crowd}",
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


def lines_of(known: ProjectAgreement) -> list[str]:
    """The statistics, what more votes would show, and what to mind, for people."""
    found = known.overview
    if found is None:
        return []
    width = max(len(TITLES[one.name]) for one in found.figures)
    lines = ["", "corrected for chance, with 95 % intervals over examples:"]
    for one in found.figures:
        said = f"undefined: {one.reason}"
        if one.value is not None:
            said = f"{decimal(one.value)} [{decimal(one.low)}, {decimal(one.high)}]  n = {one.n:,}"
        lines.append(f"  {TITLES[one.name]:<{width}}  {said}")
    lines += ["", posterior_words(found)]
    if found.cautions:
        lines += ["", "mind when reading:", *(f"  {one.sentence}" for one in found.cautions)]
    return lines
