"""Comparisons from a file: all of it or nothing, twice is once."""

from __future__ import annotations

from pathlib import Path

import pytest

from curation.errors import BadInput, BadRows
from curation.models import ObjectivityStudy
from curation.services.objectivity.importing import import_comparisons
from tests.curation.objectivity.rows import make_study

pytestmark = pytest.mark.django_db

GOOD = """annotator,left,right,winner
ann,irony,news,news
ann,spam,irony,spam
bob,news,irony,cannot_say
"""


@pytest.fixture
def study() -> ObjectivityStudy:
    return make_study()


def written(folder: Path, text: str) -> Path:
    path = folder / "comparisons.csv"
    path.write_text(text)
    return path


def test_a_file_is_stored_with_the_sides_as_they_stood(
    study: ObjectivityStudy, tmp_path: Path
) -> None:
    result = import_comparisons(study, written(tmp_path, GOOD))

    assert (result.added, result.cannot_say, result.unchanged) == (3, 1, 0)
    stored = study.comparisons.values_list("annotator", "pair", "left__slug", "winner__slug")
    assert list(stored) == [
        ("ann", "irony|news", "irony", "news"),
        ("ann", "irony|spam", "spam", "spam"),
        ("bob", "irony|news", "news", None),
    ]


def test_the_same_file_twice_changes_nothing(study: ObjectivityStudy, tmp_path: Path) -> None:
    path = written(tmp_path, GOOD)
    import_comparisons(study, path)

    again = import_comparisons(study, path)

    assert (again.added, again.unchanged) == (0, 3)
    assert study.comparisons.count() == 3


def test_a_dry_run_counts_and_writes_nothing(study: ObjectivityStudy, tmp_path: Path) -> None:
    result = import_comparisons(study, written(tmp_path, GOOD), dry_run=True)

    assert result.added == 3
    assert not study.comparisons.exists()


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("ann,irony,humour,irony", "line 5: 'humour' is not in the study"),
        ("ann,irony,irony,irony", "line 5: it compares 'irony' with itself"),
        ("cy,irony,news,spam", "line 5: winner 'spam' is neither 'irony' nor 'news'"),
        (",irony,news,news", "line 5: its annotator must be a name"),
        ("person-1,irony,news,news", "line 5: names like 'person-1' are kept for people"),
        ("ann,news,irony,irony", "line 5: 'ann' has compared irony and news already"),
        ("ann,news", "line 5: does not have 4 cells"),
    ],
)
def test_a_bad_row_stops_the_file_and_says_where(
    study: ObjectivityStudy, tmp_path: Path, line: str, sentence: str
) -> None:
    path = written(tmp_path, GOOD + line + "\n")

    with pytest.raises(BadRows, match=sentence):
        import_comparisons(study, path)
    assert not study.comparisons.exists()

    assert len(import_comparisons(study, path, skip_bad=True).skipped) == 1
    assert study.comparisons.count() == 3


def test_an_e_mail_address_is_not_kept(study: ObjectivityStudy, tmp_path: Path) -> None:
    text = "annotator,left,right,winner\nann@lab.example,irony,news,news\n"
    import_comparisons(study, written(tmp_path, text))

    name = study.comparisons.get().annotator

    assert name.startswith("listed-")
    assert "ann" not in name


def test_a_file_without_the_columns_is_refused(study: ObjectivityStudy, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no column 'winner'"):
        import_comparisons(study, written(tmp_path, "annotator,left,right\n"))
