"""How `manage.py study` says things to people."""

from __future__ import annotations

from collections.abc import Sequence
from io import StringIO
from typing import Any

from rich.console import Console
from rich.table import Table

from training.services.studies import Outcome, PlanCost, StudyState

WIDTH = 100
SHOWN = 10  # failures


def cost_text(cost: PlanCost, *, parallel: int) -> str:
    """A dry run: what is there, what is to come, and how long it may take."""
    table = _table("classifier", "runs", "there", "steps to go", "time", "memory", "times from")
    for one in cost.classifiers:
        table.add_row(
            one.classifier,
            f"{one.runs:,}",
            f"{one.there:,}",
            f"{one.steps:,}",
            duration(one.seconds),
            f"{one.memory_gb:.1f} GB",
            f"{one.measured_on} finished runs" if one.measured_on else "a guess",
        )
    checks = f", {cost.checks:,} of them checkers" if cost.checks else ""
    total = (
        f"{cost.cells:,} cells, {cost.total('runs'):,.0f} runs{checks}; "
        f"{cost.total('there'):,.0f} are there, {cost.total('to_fit'):,.0f} to fit: "
        f"about {duration(cost.seconds(parallel))} with {parallel} side by side, "
        f"{cost.total('disk_gb'):.2f} GB of disk."
    )
    return f"{_shown(table)}\n{total}"


def state_text(state: StudyState) -> str:
    counts = ", ".join(f"{number:,} {name}" for name, number in state.counts.items() if number)
    lines = [f"{state.study.slug}: {state.word}; {state.cells:,} cells: {counts}."]
    if state.study.error:
        lines.append(state.study.error)
    lines += [f"  {one.cell}: {one.sentence}" for one in state.failures[:SHOWN]]
    if len(state.failures) > SHOWN:
        lines.append(f"  and {len(state.failures) - SHOWN:,} more; --json lists all")
    return "\n".join(lines)


def outcome_text(outcome: Outcome) -> str:
    slug = outcome.state.study.slug
    return (
        f"{state_text(outcome.state)}\n"
        f"{outcome.fitted:,} runs were fitted now, {outcome.reused:,} were there already. "
        f"Read it with: manage.py study report {slug}"
    )


def list_text(states: Sequence[StudyState]) -> str:
    if not states:
        return "There are no studies yet; write one down with: manage.py study create FILE"
    table = _table("study", "state", "cells", "there", "failed", "title")
    for one in states:
        table.add_row(
            one.study.slug,
            one.word,
            f"{one.cells:,}",
            f"{one.counts['successful']:,}",
            f"{one.counts['failed']:,}",
            one.study.title,
        )
    return _shown(table)


def report_text(report: dict[str, Any]) -> str:
    """Macro-F1 of every arm, then what the planned comparisons say."""
    table = _table("project", "classifier", "arm", "seeds", "macro-F1", "95 %", "accuracy")
    for board in report["boards"]:
        for arm in board["arms"]:
            f1, accuracy = arm["macro_f1"], arm["accuracy"]
            table.add_row(
                board["project"],
                board["classifier"],
                arm["arm"],
                str(arm["seeds"]),
                f"{f1['mean']:.3f}" if f1 else "",
                f"{f1['low']:.3f} to {f1['high']:.3f}" if f1 else "",
                f"{accuracy['mean']:.3f}" if accuracy else "",
            )
    said = [
        f"{board['project']}, {board['classifier']}: {pair['sentence']}"
        for board in report["boards"]
        for pair in board["pairs"]
    ]
    said += [f"{pair['classifier']}: {pair['sentence']}" for pair in report["overall"]]
    return "\n".join([_shown(table), *said])


def duration(seconds: float) -> str:
    """
    >>> duration(42), duration(200), duration(9000)
    ('42 s', '3 min', '2 h 30 min')
    """
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def _table(*columns: str) -> Table:
    return Table(*columns, box=None)


def _shown(table: Table) -> str:
    page = StringIO()
    Console(file=page, width=WIDTH).print(table)
    return page.getvalue().rstrip()
