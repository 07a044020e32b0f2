"""Tables written down: Markdown to read, LaTeX to print, CSV to compute with."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence

from curation.reporting import wording
from training.studies.report_words import difference, interval, span
from training.studies.tables import (
    BAND,
    COUNT,
    DECIMAL,
    DIFFERENCE,
    P_VALUE,
    RANGE,
    RANK,
    SHORT,
    TEXT,
    Cell,
    Column,
    Table,
)

DASH = "–"
ENDS = {BAND: ("", "_low", "_high"), DIFFERENCE: ("", "_low", "_high"), RANGE: ("_least", "_most")}


def words(cell: Cell, form: str) -> str:
    """A cell as a reader sees it.

    >>> words({"mean": 0.5, "low": 0.4, "high": 0.61}, BAND), words(None, COUNT)
    ('0.500 (0.400 to 0.610)', '–')
    """
    if cell is None:
        return DASH
    return WORDS[form](cell) if cell != "" else ""


WORDS: dict[str, Callable[[Cell], str]] = {
    TEXT: str,
    COUNT: lambda number: f"{number:,.0f}",
    DECIMAL: wording.decimal,
    SHORT: lambda number: wording.decimal(number, 2),
    RANK: lambda number: f"{number:g}",
    P_VALUE: wording.p_value,
    RANGE: span,
    BAND: interval,
    DIFFERENCE: difference,
}


def markdown(table: Table) -> str:
    """A pipe table under its title, with its note; what Markdown would read as marks is escaped."""
    head = " | ".join(_markdown(column.title) for column in table.columns)
    rules = " | ".join("---" if column.form == TEXT else "---:" for column in table.columns)
    lines = [f"**{_markdown(table.title)}**", "", f"| {head} |", f"| {rules} |"]
    lines += [
        "| " + " | ".join(_markdown(one) for one in _in_words(table, row)) + " |"
        for row in table.rows
    ]
    if table.note:
        lines += ["", _markdown(table.note)]
    return "\n".join(lines) + "\n"


def latex(table: Table) -> str:
    """A table with booktabs rules (\\usepackage{booktabs}), every special character escaped."""
    places = "".join("l" if column.form == TEXT else "r" for column in table.columns)
    head = " & ".join(_latex(column.title) for column in table.columns)
    rows = [" & ".join(_latex(one) for one in _in_words(table, row)) for row in table.rows]
    return "\n".join(
        [
            r"\begin{table}",
            r"  \centering",
            rf"  \caption{{{_latex(' '.join(f'{table.title}. {table.note}'.split()))}}}",
            rf"  \label{{tab:{table.name}}}",
            rf"  \begin{{tabular}}{{{places}}}",
            r"    \toprule",
            rf"    {head} \\",
            r"    \midrule",
            *(rf"    {row} \\" for row in rows),
            r"    \bottomrule",
            r"  \end{tabular}",
            r"\end{table}",
            "",
        ]
    )


def as_csv(table: Table) -> str:
    """Plain numbers with all their digits: a mean and its ends are three columns; None is empty.

    Texts that a spreadsheet would take for a formula begin with an apostrophe.
    """
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([name for column in table.columns for name in _names(column)])
    for row in table.rows:
        cells = zip(table.columns, row, strict=True)
        writer.writerow([value for column, cell in cells for value in _values(column, cell)])
    return file.getvalue()


def _names(column: Column) -> list[str]:
    key = column.key or re.sub(r"[^a-z0-9]+", "_", column.title.lower()).strip("_")
    return [key + end for end in ENDS.get(column.form, ("",))]


def _values(column: Column, cell: Cell) -> Sequence[object]:
    if cell is None or cell == "":
        return [""] * len(_names(column))
    if column.form in {BAND, DIFFERENCE}:
        return [cell["mean"], cell["low"], cell["high"]]
    if column.form == RANGE:
        return list(cell)
    if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t")):
        return [f"'{cell}"]
    return [cell]


def _in_words(table: Table, row: Sequence[Cell]) -> list[str]:
    return [words(cell, column.form) for column, cell in zip(table.columns, row, strict=True)]


def _markdown(text: str) -> str:
    r"""
    >>> _markdown("a|b\nc*")
    'a\\|b c\\*'
    """
    return re.sub(r"([\\|*_`<\[\]])", r"\\\1", " ".join(text.split()))


LATEX = {
    "\\": r"\textbackslash{}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_",
    "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "−": "$-$", "–": "--", "±": r"$\pm$", "γ": r"$\gamma$", "ρ": r"$\rho$", "²": "$^2$",
    "≥": r"$\geq$", "α": r"$\alpha$", "’": "'", "\u00a0": "~", "<": r"\textless{}",
    ">": r"\textgreater{}",
}  # fmt: skip


def _latex(text: str) -> str:
    r"""
    >>> _latex("real_100 & γ ≥ 50 %")
    'real\\_100 \\& $\\gamma$ $\\geq$ 50 \\%'
    """
    return "".join(LATEX.get(letter, letter) for letter in text)
