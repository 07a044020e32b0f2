"""Tables are written and read back value by value, in every kind of file."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from curation.errors import BadInput
from curation.exporters import WRITERS, Row, Table, table_of
from curation.exporters.columns import Kind
from curation.exporters.formula import guard, unguard
from curation.exporters.parts import exhaust
from curation.importers.exported import read_table

LABELS = ["a label", "=b", "ü/é"]
anything = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
finite = st.floats(allow_nan=False, allow_infinity=False)
VALUES = {
    Kind.TEXT: anything,
    Kind.NUMBER: finite,
    Kind.COUNTS: st.lists(st.integers(0, 100_000), min_size=3, max_size=3),
    Kind.NUMBERS: st.lists(finite, min_size=3, max_size=3),
    Kind.OBJECT: st.dictionaries(anything, anything | st.integers(0, 9) | st.none(), max_size=2),
}
rows = st.tuples(*(VALUES[column.kind] for column in table_of("dropped", LABELS).columns))


def written(table: Table, content: Sequence[Row], ending: str, folder: Path) -> Path:
    path = folder / f"table.{ending}"
    with path.open("wb") as sink:
        exhaust(WRITERS[ending](table, content, sink))
    return path


@pytest.mark.parametrize("ending", list(WRITERS))
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(content=st.lists(rows, max_size=3))
def test_any_values_come_back_exactly(content: list[Row], ending: str, tmp_path: Path) -> None:
    table = table_of("dropped", LABELS)

    path = written(table, content, ending, tmp_path)

    assert list(read_table(path, table)) == content


@pytest.mark.parametrize("ending", list(WRITERS))
def test_what_is_not_known_stays_unknown(ending: str, tmp_path: Path) -> None:
    table = table_of("rows", LABELS)
    row: Row = (
        "id", "text", "a label", "", "", "train", "real", 1.0, 0.0, None, None, None, 1.0, 1.0,
        [2, 0, 0], [1.0, 0.0, 0.0], None, {},
    )  # fmt: skip

    path = written(table, [row], ending, tmp_path)

    assert list(read_table(path, table)) == [row]


@pytest.mark.parametrize("ending", list(WRITERS))
def test_more_rows_than_are_written_at_once(ending: str, tmp_path: Path) -> None:
    table = table_of("votes", LABELS)
    content = [(f"e{n}", "annotator-0", "a label") for n in range(45_000)]

    path = written(table, content, ending, tmp_path)

    assert list(read_table(path, table)) == content


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "'x", "''", "＝1", "＋1", "－1"]
)
def test_a_guarded_cell_begins_with_an_apostrophe_and_comes_back(cell: str) -> None:
    assert guard(cell) == f"'{cell}"
    assert unguard(guard(cell)) == cell


@given(cell=anything)
def test_no_cell_is_left_that_a_spreadsheet_would_run(cell: str) -> None:
    assert not guard(cell).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert unguard(guard(cell)) == cell


def test_no_text_cell_of_a_csv_file_begins_like_a_formula() -> None:
    labels = ["=cmd", "+x"]
    table = table_of("votes", labels)
    sink = io.BytesIO()

    exhaust(WRITERS["csv"](table, [("=1+1", "-2", "=cmd"), ("@a", "\tb", "+x")], sink))

    cells = [cell for row in csv.reader(io.StringIO(sink.getvalue().decode())) for cell in row]
    assert cells == ["id", "annotator", "label", "'=1+1", "'-2", "'=cmd", "'@a", "'\tb", "'+x"]


def test_json_lines_name_labels_and_csv_has_a_cell_for_each(tmp_path: Path) -> None:
    table = table_of("rows", ["joke", "news"])
    row: Row = (
        "e1", "text", "joke", "", "", "train", "real", 2 / 3, 0.9, 0.6, 0.4, 0.8, 0.7, 2 / 3,
        [2, 1], [2 / 3, 1 / 3], [0.7, 0.3], {},
    )  # fmt: skip

    lines = written(table, [row], "jsonl", tmp_path).read_text("utf-8")
    with written(table, [row], "csv", tmp_path).open(encoding="utf-8", newline="") as file:
        cells = next(csv.DictReader(file))

    assert json.loads(lines)["votes"] == {"joke": 2, "news": 1}
    assert (cells["votes_joke"], cells["probabilities_news"]) == ("2", "0.3")


WRONG = {
    "csv": ["id,annotator,label\ne1,a\n", "id,label\n", 'id,annotator,label\n"e1,a,b\n'],
    "jsonl": ["{", '{"id": 1, "annotator": "a", "label": "b"}\n', '{"id": "e"}\n', "[]\n"],
    "parquet": ["PAR1", "", "no parquet"],
}


@pytest.mark.parametrize(
    ("ending", "content"), [(ending, one) for ending, every in WRONG.items() for one in every]
)
def test_a_file_that_is_no_such_table_is_refused_in_a_sentence(
    ending: str, content: str, tmp_path: Path
) -> None:
    path = tmp_path / f"votes.{ending}"
    path.write_text(content)

    with pytest.raises(BadInput, match=rf"votes\.{ending} cannot be read at"):
        list(read_table(path, table_of("votes", LABELS)))
