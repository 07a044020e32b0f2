from __future__ import annotations

from pathlib import Path

import pytest

from training.fitting.errors import BadDataset
from training.fitting.rows import Row, read_rows, rows_as_text

JOKE = '{"id": "1", "text": "ha", "label": "joke"}'


def test_rows_are_written_in_the_order_of_their_ids() -> None:
    first, second = (Row(id=name, text="ha", label="joke") for name in "ab")

    assert rows_as_text([second, first]) == rows_as_text([first, second])


def test_rows_come_back_as_they_were(tmp_path: Path) -> None:
    rows = [
        Row(id="1", text="line\nbreak \u2028 and ünïcode", label="joke", agreement=0.6),
        Row(id="2", text="b", label="news"),
    ]
    path = tmp_path / "train.jsonl"
    path.write_text(rows_as_text(rows), encoding="utf-8")

    assert read_rows(path, ["joke", "news"]) == rows


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "has no rows"),
        (f"{JOKE}\n[1]", "line 2 is not a row"),
        (f"{JOKE}\n{{", "line 2 is not a row"),
        ('{"id": "1", "text": "ha"}', "line 1 is not a row"),
        ('{"id": "1", "text": " ", "label": "joke"}', "has no text"),
        (f"{JOKE}\n{JOKE}", "'1' more than once"),
        ('{"id": "1", "text": "ha", "label": "poem"}', "'poem', but the config knows joke, news"),
    ],
)
def test_bad_rows_get_a_sentence(tmp_path: Path, content: str, sentence: str) -> None:
    path = tmp_path / "train.jsonl"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(BadDataset, match=sentence):
        read_rows(path, ["joke", "news"])


def test_a_missing_file_gets_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadDataset, match="cannot be read"):
        read_rows(tmp_path / "train.jsonl", ["joke", "news"])
