from __future__ import annotations

import csv
import io

import pytest

from tests.training.studies.made_up import made_up_report
from training.studies.report_shape import Band
from training.studies.report_tables import report_tables
from training.studies.tables import BAND, COUNT, DIFFERENCE, FORMS, RANGE, SHORT, Column, Table
from training.studies.tables_as import WORDS, as_csv, latex, markdown, words
from training.studies.tables_pairs import overall_table
from training.studies.tables_scores import scores_table

BANDED = Band(mean=-0.0123, low=-0.5, high=0.25)
TABLES = report_tables(made_up_report())


def table(*cells: object, form: str = "text") -> Table:
    return Table(
        name="t",
        title="Title",
        columns=tuple(Column(title=f"Column {at}", form=form) for at in range(len(cells))),
        rows=(cells,),
    )


def test_every_table_of_the_report_is_there_once() -> None:
    names = [one.name for one in TABLES]

    assert names[:4] == ["compact-1", "compact-2", "scores", "pairs"]
    assert {"overall", "gaps", "gamma", "amounts", "by-agreement", "by-length"} < set(names)
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("one", TABLES, ids=lambda one: one.name)
def test_rows_are_as_long_as_the_columns_and_can_be_written(one: Table) -> None:
    assert {len(row) for row in one.rows} == {len(one.columns)}

    lines = list(csv.reader(io.StringIO(as_csv(one))))
    assert {len(line) for line in lines} == {len(lines[0])}
    assert len(set(lines[0])) == len(lines[0])
    assert markdown(one).count("\n| ") == len(one.rows) + 2
    assert latex(one).count(r"\\") == len(one.rows) + 1


def test_every_form_has_its_words() -> None:
    assert set(WORDS) == set(FORMS)
    assert words(BANDED, DIFFERENCE) == "−0.012 (−0.500 to 0.250)"
    assert words([298, 1301], RANGE) == "298 to 1,301"


@pytest.mark.parametrize("form", FORMS)
def test_what_is_not_known_is_a_dash_and_what_is_not_said_is_nothing(form: str) -> None:
    assert words(None, form) == "–"
    assert words("", form) == ""


def test_csv_holds_numbers_with_all_their_digits() -> None:
    text = as_csv(table(BANDED, None, form=BAND))

    assert text.splitlines() == [
        "column_0,column_0_low,column_0_high,column_1,column_1_low,column_1_high",
        "-0.0123,-0.5,0.25,,,",
    ]


def test_csv_gives_a_spreadsheet_no_formula() -> None:
    assert as_csv(table("=1+1")).splitlines()[1] == "'=1+1"


def test_marks_in_names_do_not_break_markdown() -> None:
    assert r"| a\|b \*c\* \<b> |" in markdown(table("a|b\n*c* <b>"))


def test_special_letters_do_not_break_latex() -> None:
    written = latex(table(r"50 % of a_b & c\d {e} #1 $2 ~ ^"))

    for letter in "%_&{}#$":
        assert f"\\{letter}" in written
    assert r"\textbackslash{}d" in written


def test_numbers_stand_on_the_right() -> None:
    assert "| --- |" in markdown(table("a"))
    assert "| ---: |" in markdown(table(3, form=COUNT))
    assert r"{r}" in latex(table(3.0, form=SHORT))


def test_published_figures_stand_beside_and_name_their_source() -> None:
    found = scores_table(made_up_report())

    assert [column.title for column in found.columns][-2:] == [
        "Published macro-F1",
        "Published accuracy",
    ]
    assert found.note.endswith("Published: as in Li et al. 2023, table 1.")
    assert found.rows[3][-2:] == (0.953, 0.953)


def test_without_an_interval_over_projects_the_mean_stands_alone() -> None:
    report = made_up_report()
    alone = {**report["overall"][0], "difference": None, "p": None, "p_holm": None}

    found = overall_table({**report, "overall": [alone]})  # type: ignore[list-item]

    assert "Mean" in [column.title for column in found.columns]
    assert {len(row) for row in found.rows} == {len(found.columns)}
