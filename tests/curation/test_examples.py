"""Texts in: nothing twice, nothing changed, nothing half."""

from __future__ import annotations

from pathlib import Path

import pytest

from curation.errors import BadInput
from curation.services.examples import NewExample, add_examples
from curation.services.importing import import_examples
from tests.factories import make_project

pytestmark = pytest.mark.django_db


def text(name: str, content: str = "a text", *, intended: str | None = None) -> NewExample:
    return NewExample(
        external_id=name, text=content, source="synthetic", split="pool", intended_label=intended
    )


def test_adding_the_same_texts_again_changes_nothing() -> None:
    project = make_project()
    rows = [text("a", intended="joke"), text("b")]
    add_examples(project, rows)

    again = add_examples(project, rows)

    assert (again.added, again.unchanged) == (0, 2)
    assert project.examples.count() == 2


def test_an_id_that_stands_for_another_text_is_refused_and_nothing_is_added() -> None:
    project = make_project()
    add_examples(project, [text("a", "first")])

    with pytest.raises(BadInput, match="'a' is in the project already"):
        add_examples(project, [text("b"), text("a", "second")])

    assert list(project.examples.values_list("text", flat=True)) == ["first"]


def test_a_label_that_the_project_does_not_have_is_refused() -> None:
    project = make_project(labels=["joke", "news"])

    with pytest.raises(BadInput, match="'poem' is not one of the project's labels"):
        add_examples(project, [text("a", intended="poem")])


def test_an_id_given_twice_in_one_call_with_one_text_is_one_example() -> None:
    project = make_project()

    result = add_examples(project, [text("a"), text("a")])

    assert (result.added, result.unchanged) == (1, 1)


def test_a_synthetic_test_text_has_a_gold_label_and_counts_as_no_real_text(tmp_path: Path) -> None:
    project = make_project(labels=["joke", "news"])
    file = tmp_path / "stand_in.jsonl"
    file.write_text('{"id": "a", "text": "a text", "label": "joke"}\n')

    import_examples(project, file, split="test", source="synthetic")

    (example,) = project.examples.all()
    assert (example.source, example.intended_label) == ("synthetic", None)
    assert example.gold_label is not None
