from __future__ import annotations

import re

from tests.training.studies.made_up import made_up_report
from training.charts.report_files import report_files
from training.studies.report_text import MOST_ROWS, report_markdown
from training.studies.tables import Column, Table


def test_the_text_says_what_is_asked_how_much_there_is_and_what_came_out() -> None:
    text = report_markdown(made_up_report(), [], [])

    assert text.startswith("# What synthetic text is worth\n\nDoes *few-shot* text do better")
    assert "Of 144 runs planned, 141 have a score, 2 failed and 1 is still to come." in text
    assert "- MiniLM: real is higher than method:few_shot in 4 of 4 projects" in text
    assert "- Headlines, MiniLM: real is better than method:few_shot" in text


def test_every_file_that_the_text_links_is_written() -> None:
    files = report_files(made_up_report())
    text = files["report.md"]().decode()

    linked = set(re.findall(r"\]\(([^)]+)\)", text))
    assert len(linked) > 20
    assert linked <= set(files)


def test_long_tables_stand_in_their_files_only() -> None:
    rows = tuple((str(at),) for at in range(MOST_ROWS + 1))
    table = Table(name="long", title="Long", columns=(Column(title="A"),), rows=rows)

    text = report_markdown(made_up_report(), [table], [])

    assert f"**Long** ({MOST_ROWS + 1} rows): [table](tables/long.md)" in text


def test_the_same_report_gives_the_same_files() -> None:
    one, other = report_files(made_up_report()), report_files(made_up_report())

    assert [name for name in one if not name.endswith(".png")] == [
        name for name in other if not name.endswith(".png")
    ]
    assert one["report.md"]() == other["report.md"]()
