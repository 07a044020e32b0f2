from __future__ import annotations

from pathlib import Path

import pytest

from curation.errors import BadInput, BadRow
from curation.importers.guessing import (
    Columns,
    NoLabels,
    chosen_rows,
    guess_columns,
    guess_meaning,
    label_values,
    look_at,
)

SPAM = "id,message,kind\n1,Win a prize now!,spam\n2,See you at six then,ham\n3,Call me back,ham\n"


def table(folder: Path, content: str, name: str = "texts.csv") -> Path:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def test_columns_are_guessed_by_their_names(tmp_path: Path) -> None:
    sample = look_at(table(tmp_path, "label,key,Sentence\nham,a,One text\nspam,b,Another\n"))

    assert guess_columns(sample) == Columns(text="Sentence", label="label", id="key")


def test_columns_of_other_names_are_guessed_by_what_is_in_them(tmp_path: Path) -> None:
    rows = "".join(f"{n},a longer thing said {n},{'xy'[n % 2]}\n" for n in range(8))

    sample = look_at(table(tmp_path, "number,said,kind\n" + rows))

    assert guess_columns(sample) == Columns(text="said", label="kind", id="")


def test_ids_that_come_twice_are_none(tmp_path: Path) -> None:
    sample = look_at(table(tmp_path, "id,text\n1,One text\n1,Another text\n"))

    assert guess_columns(sample) == Columns(text="text")


def test_values_are_counted_the_most_frequent_first(tmp_path: Path) -> None:
    path = table(tmp_path, SPAM)

    assert label_values(path, Columns(text="message", label="kind")) == {"ham": 2, "spam": 1}
    assert label_values(path, Columns(text="message")) == {}


def test_a_column_of_texts_is_no_column_of_labels(tmp_path: Path) -> None:
    path = table(tmp_path, "text\n" + "".join(f"text {n}\n" for n in range(51)))

    with pytest.raises(NoLabels, match="more than 50 different values"):
        label_values(path, Columns(text="text", label="text"))


def test_a_column_of_more_values_than_labels_can_be_is_not_guessed_by_its_name(
    tmp_path: Path,
) -> None:
    rows = "".join(f"headline {n},answer {n},{'xy'[n % 2]}\n" for n in range(51))

    free = look_at(table(tmp_path, "headline,answer,said\n" + rows))
    beside = look_at(table(tmp_path, "headline,answer,y\n" + rows))

    assert guess_columns(free) == Columns(text="headline", label="said")
    assert guess_columns(beside) == Columns(text="headline", label="y")


def test_half_a_character_pair_is_shown_as_a_question_mark_and_read_as_it_is(
    tmp_path: Path,
) -> None:
    path = table(tmp_path, '{"text": "half \\ud83d", "label": "a\\ud83d"}\n', "texts.jsonl")
    columns = Columns(text="text", label="label")

    ((_, row),) = chosen_rows(path, columns, {"a?": "joke"})

    assert look_at(path).rows == [{"text": "half ?", "label": "a?"}]
    assert label_values(path, columns) == {"a?": 1}
    assert isinstance(row, dict)
    assert (row["text"], row["label"]) == ("half \ud83d", "joke")


def test_rows_with_a_column_that_cannot_be_named_are_bad(tmp_path: Path) -> None:
    path = table(tmp_path, '{"text": "A", "\\ud83d": 1}\n{"text": "B"}\n', "texts.jsonl")

    (_, first), (_, second) = chosen_rows(path, Columns(text="text"), {})

    assert look_at(path).rows == [{"text": "B"}]
    assert isinstance(first, BadRow)
    assert first.reason == "bad_column"
    assert isinstance(second, dict)


def test_rows_are_read_by_the_choice(tmp_path: Path) -> None:
    path = table(tmp_path, SPAM)
    columns = Columns(text="message", label="kind", id="id")

    rows = list(chosen_rows(path, columns, {"spam": "yes", "ham": ""}))

    assert rows == [(2, {"id": "1", "text": "Win a prize now!", "label": "yes"})]


def test_without_ids_the_same_text_has_the_same_one_and_is_taken_once(tmp_path: Path) -> None:
    path = table(tmp_path, '{"text": "A"}\n{"text": "B"}\n{"text": "A"}\n[1]\n', "texts.jsonl")

    rows = [row for _, row in chosen_rows(path, Columns(text="text"), {})]

    again = [row for _, row in chosen_rows(path, Columns(text="text"), {})]
    good = [row for row in rows if isinstance(row, dict)]
    bad = [row.reason for row in rows if isinstance(row, BadRow)]
    assert [row["text"] for row in good] == ["A", "B"]
    assert good[0]["id"] != good[1]["id"]
    assert bad == ["duplicate_text", "not_an_object"]
    assert again == rows


@pytest.mark.parametrize(("content", "said"), [("", "is empty"), ("text\n", "no row")])
def test_a_file_without_rows_is_told(tmp_path: Path, content: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        look_at(table(tmp_path, content))


def test_objects_without_members_and_lines_nested_too_deep_are_no_rows(tmp_path: Path) -> None:
    empty = table(tmp_path, "{}\n{}\n", "empty.jsonl")
    deep = table(tmp_path, '{"text": ' + "[" * 100_000 + "\n", "deep.jsonl")

    with pytest.raises(BadInput, match="holds no row"):
        look_at(empty)
    with pytest.raises(BadInput, match=r"no row that can be read \(line 1: not JSON"):
        look_at(deep)


def test_a_header_whose_quote_is_never_closed_is_told(tmp_path: Path) -> None:
    path = table(tmp_path, 'id,"text\n' + "x" * 10_000_000)

    with pytest.raises(BadInput, match=r"is not CSV at line 1 .*check its quotes"):
        look_at(path)


@pytest.mark.parametrize("apart", [";", "\t"])
def test_cells_may_stand_apart_as_spreadsheets_write_them(tmp_path: Path, apart: str) -> None:
    path = table(tmp_path, f"id{apart}text\n1{apart}One, two; three\n".replace("two; ", "two "))

    assert look_at(path).rows == [{"id": "1", "text": "One, two three"}]


def test_columns_without_a_name_may_come_twice(tmp_path: Path) -> None:
    assert look_at(table(tmp_path, ",text,\n1,One text,x\n")).columns == ["", "text"]


def test_values_mean_labels_that_are_spelt_alike() -> None:
    labels = [("ham", "Ordinary message"), ("spam", "Spam")]

    guessed = {value: guess_meaning(value, labels) for value in ("SPAM", "ordinary-message", "1")}

    assert guessed == {"SPAM": "spam", "ordinary-message": "ham", "1": ""}
