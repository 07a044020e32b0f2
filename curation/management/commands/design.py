"""`design SLUG --gamma 0.8 --alpha-half-width 0.05 --price 0.05`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.management.base import CommandParser

from curation.designing import Design, StudyDesign
from curation.management.base import ConcordCommand
from curation.services.designing import DesignRequest, design_project

NUMBERS = {
    "--gamma": "keep an example where agreement reaches this (default: the project's threshold)",
    "--kept-half-width": "wished of the interval of the kept share",
    "--most-wrong": "wished share of decisions other than many votes would make, at most",
    "--seconds": "per answer (default: as the project's answers took)",
    "--price": "of one answer, in any currency",
    "--most-hours": "that one annotator works",
}


class Command(ConcordCommand):
    help = (
        "Plan a study from the project's votes so far: how many examples, votes per example and "
        "annotators it takes to know Krippendorff's α and the curated set well enough."
    )

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        parser.add_argument(
            "--alpha-half-width", type=float, default=0.05, help="wished of α's 95 %% interval"
        )
        for name, meaning in NUMBERS.items():
            parser.add_argument(name, type=float, help=meaning)
        parser.add_argument(
            "--fee", type=float, default=0.0, help="what a platform adds, as a share of the price"
        )
        parser.add_argument("--most-per-annotator", type=int, help="answers")
        parser.add_argument("--most-examples", type=int, help="that a study can have")
        parser.add_argument("--seed", type=int, default=0, help="of the simulated studies")

    def run(self, **options: Any) -> None:
        project = self.get_project(options["slug"])
        request = DesignRequest(
            gamma=options["gamma"],
            half_width=options["alpha_half_width"],
            kept_half_width=options["kept_half_width"],
            most_wrong=options["most_wrong"],
            seconds_per_answer=options["seconds"],
            price_per_answer=options["price"],
            fee_share=options["fee"],
            most_per_annotator=options["most_per_annotator"],
            most_hours=options["most_hours"],
            most_examples=options["most_examples"],
            seed=options["seed"],
        )
        plan = design_project(project, request)
        self.answer(plan.as_json(), text_of(plan))


def text_of(plan: StudyDesign) -> str:
    """The recommendation, what weakens it, and the cheapest size for each number of votes."""
    lines = [plan.sentence, *plan.notes, "", HEADER]
    return "\n".join([*lines, *(_line(row, plan) for row in _cheapest(plan))])


HEADER = "votes  examples  answers  annotators     hours      money  α within      kept  wrong"


def _cheapest(plan: StudyDesign) -> Iterator[Design]:
    """For each number of votes the fewest examples that are enough, else the most there are."""
    for votes in sorted({row.votes for row in plan.rows}):
        rows = [row for row in plan.rows if row.votes == votes]
        yield next((row for row in rows if plan.is_enough(row)), rows[-1])


def _line(row: Design, plan: StudyDesign) -> str:
    hours = "" if row.hours is None else f"{row.hours:,.1f}"
    money = "" if row.money is None else f"{row.money:,.2f}"
    width = "" if row.half_width is None else f"±{row.half_width:.3f}"
    enough = "" if plan.is_enough(row) else f"  enough in {row.chance:.0%} of simulated studies"
    return (
        f"{row.votes:5}  {row.examples:8,}  {row.answers:7,}  {row.annotators:10,}  {hours:>8}  "
        f"{money:>9}  {width:>8}  {row.kept:8.0%}  {row.wrong:5.0%}{enough}"
    )
