from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.training.studies.made_up import PLAN, made_up_report, project_input
from training.charts.amounts import amount_places
from training.charts.arms import arms_chart
from training.charts.axes import groups
from training.charts.drawing import COLOURS, WIDTH, Drawing, side_by_side
from training.charts.figures import CAPTIONS, Figure, figures, sheets
from training.charts.gaps import gaps_chart
from training.charts.lines import MOST
from training.charts.png import as_png, can_draw
from training.studies.report import build_report
from training.studies.report_shape import Board, StudyReport
from training.studies.report_tables import report_tables

SVG = "{http://www.w3.org/2000/svg}"
FIGURES = figures(made_up_report())
STYLES = Path(__file__).resolve().parents[3] / "templates/static/concord/study-charts.css"


def board(**changes: object) -> Board:
    return {**made_up_report()["boards"][0], **changes}  # type: ignore[typeddict-item]


def words(drawing: Drawing) -> list[str]:
    tree = ElementTree.fromstring(drawing.svg())
    return [node.text or "" for node in tree.iter(f"{SVG}text")]


def test_every_kind_of_figure_is_drawn_from_a_full_report() -> None:
    assert {figure.kind for figure in FIGURES} == set(CAPTIONS)
    assert max(Counter(figure.name for figure in FIGURES).values()) == 1


def test_a_table_of_the_same_name_holds_the_numbers_of_every_kind() -> None:
    assert set(CAPTIONS) <= {table.name for table in report_tables(made_up_report())}


@pytest.mark.parametrize("figure", FIGURES[::3], ids=lambda figure: figure.name)
def test_a_figure_is_whole_says_what_it_shows_and_fits_a_telephone(figure: Figure) -> None:
    svg = figure.drawing.svg()

    tree = ElementTree.fromstring(svg)
    assert tree[0].tag == f"{SVG}title"
    assert len(tree[1].text or "") > 30
    assert figure.drawing.width == WIDTH <= 390 - 30
    assert "style=" not in svg
    assert "nan" not in svg.lower()


@pytest.mark.parametrize("figure", FIGURES[::3], ids=lambda figure: figure.name)
def test_nothing_is_drawn_outside(figure: Figure) -> None:
    tree = ElementTree.fromstring(figure.drawing.svg())

    for node in tree.iter():
        for name, most in (("x", "width"), ("cx", "width"), ("y", "height"), ("cy", "height")):
            if name in node.attrib:
                assert 0 <= float(node.attrib[name]) <= getattr(figure.drawing, most)


def test_every_colour_has_its_class_in_the_pages_stylesheet() -> None:
    styles = STYLES.read_text(encoding="utf-8")

    for kind in COLOURS:
        assert re.search(rf"\.{kind}\b", styles), kind


def test_names_cannot_break_out_of_the_drawing() -> None:
    drawing = arms_chart(board(), title="<script>&")[0]

    assert "<script>" not in drawing.svg()
    assert "<script>&" in words(drawing)


def test_an_arm_without_a_score_says_why() -> None:
    first = {**board()["arms"][0], "macro_f1": None}
    first["unfinished"] = [{"seed": 0, "state": "failed", "sentence": "No memory."}]

    drawing = arms_chart(board(arms=[first, *board()["arms"][1:]]), title="Headlines")[0]

    assert "no score: failed" in words(drawing)


def test_collapsed_runs_and_published_scores_are_shown() -> None:
    drawing = arms_chart(board(), title="Headlines")[0]

    assert {"1 of 3 collapsed", "published"} <= set(words(drawing))


def test_without_numbers_there_is_no_figure() -> None:
    empty = build_report(PLAN, [project_input(slug) for slug in PLAN.projects], [])

    assert figures(empty) == []
    assert sheets(empty, figures(empty)) == []


def test_many_arms_are_shared_out_over_drawings_of_the_same_axes() -> None:
    gap = made_up_report()["gaps"][0]
    many = [{**gap, "arm": f"arm {at}"} for at in range(MOST + 1)]

    drawings = gaps_chart(made_up_report(), many, title="Gaps")  # type: ignore[arg-type]

    assert [drawing.title for drawing in drawings] == ["Gaps (1 of 2)", "Gaps (2 of 2)"]
    assert [len(part) for part in groups(many, most=MOST)] == [4, 3]


def test_a_hyphen_in_a_name_is_no_minus() -> None:
    gap = {**made_up_report()["gaps"][0], "arm": "zero-shot", "rho": -0.5}

    drawing = gaps_chart(made_up_report(), [gap], title="Gaps")[0]  # type: ignore[list-item]

    assert "zero-shot  ρ −0.50" in words(drawing)


def test_a_figure_for_papers_holds_the_panels_of_all_projects() -> None:
    found = {sheet.name: sheet for sheet in sheets(made_up_report(), FIGURES)}

    drawing = found["scores-1-minilm"].drawing
    assert drawing.width == 2 * WIDTH
    assert "Headlines, MiniLM" in words(drawing)
    assert "Spam, MiniLM" in words(drawing)


def test_panels_stand_row_by_row() -> None:
    one = Drawing(title="a", description="b", width=10, height=5, marks=("<g/>",))

    whole = side_by_side([one, replace(one, height=7), one], title="t", description="d")

    assert (whole.width, whole.height) == (20, 12)


def test_figures_do_not_depend_on_when_they_are_drawn() -> None:
    again: StudyReport = made_up_report()

    assert [figure.drawing.svg() for figure in figures(again)] == [
        figure.drawing.svg() for figure in FIGURES
    ]


def test_one_amount_stands_at_the_left() -> None:
    assert [(place.x, place.words) for place in amount_places([300])] == [(0.0, "300")]


@pytest.mark.skipif(not can_draw(), reason="resvg-py is not installed")
def test_a_drawing_becomes_pixels() -> None:
    drawn = as_png(FIGURES[0].drawing.svg(), scale=2)

    assert drawn.startswith(b"\x89PNG")
    assert int.from_bytes(drawn[16:20]) == 2 * WIDTH
