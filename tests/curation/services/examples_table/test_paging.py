"""The table's filters, orders and pages."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from curation.datasets import Policy
from curation.errors import BadInput
from curation.models import Example, Project
from curation.services.datasets import curate_dataset
from curation.services.examples_table import (
    NONE,
    ORDERS,
    TIE,
    Count,
    ExampleFilter,
    count_of,
    page_of,
)
from curation.services.predictions import NewPrediction, attach_predictions
from tests.factories import annotate, make_example, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    return make_project()


def names(project: Project, wish: ExampleFilter) -> list[str]:
    return [row.external_id for row in page_of(project, wish).rows]


def judged(project: Project, name: str, labels: str, intended: str | None = "joke") -> Example:
    """An example with a vote for each letter: j joke, n news, s a skip."""
    words = {"j": "joke", "n": "news", "s": None}
    example = make_example(project, name=name, intended=intended)
    return annotate(project, [words[letter] for letter in labels], example=example)


def test_every_order_walks_all_examples_once(project: Project) -> None:
    for number, labels in enumerate(("jjj", "jjn", "jnn", "jjs", "jn", "jjj", "jjn")):
        judged(project, f"e{number}", labels)

    for order in ORDERS:
        wish, seen, after = ExampleFilter(order=order), [], ""
        while True:
            page = page_of(project, wish, after=after, limit=2)
            seen += [row.external_id for row in page.rows]
            after = page.after
            if not after:
                break

        assert sorted(seen) == [f"e{number}" for number in range(7)]
        assert seen == names(project, wish)


def test_most_disputed_first_goes_by_agreement(project: Project) -> None:
    judged(project, "agreed", "jjj")
    judged(project, "split", "jjn")
    judged(project, "even", "jn")
    make_example(project, name="nobody asked")

    assert names(project, ExampleFilter(order="disputed")) == ["even", "split", "agreed"]
    assert names(project, ExampleFilter(order="agreed")) == ["agreed", "split", "even"]


FILTERS: list[tuple[dict[str, Any], list[str]]] = [
    ({"intended": "joke"}, ["joke agreed", "joke lost", "tied"]),
    ({"intended": NONE}, ["imported"]),
    ({"label": "joke"}, ["joke agreed"]),
    ({"label": TIE}, ["tied"]),
    ({"label": NONE}, ["imported", "news due"]),
    ({"differs": True}, ["joke lost"]),
    ({"source": "real"}, ["imported"]),
    ({"split": "train"}, ["imported"]),
    ({"method": "zero_shot"}, ["news due"]),
    ({"prompt": "v2"}, ["news due"]),
    ({"run": 7}, ["news due"]),
    ({"agreement_from": 0.8}, ["joke agreed"]),
    ({"agreement_to": 2 / 3}, ["joke lost", "tied"]),
    ({"votes_from": 3}, ["joke agreed", "joke lost"]),
    ({"votes_to": 2, "votes_from": 1}, ["tied"]),
    ({"annotator": "ann-3"}, ["joke agreed", "joke lost"]),
    ({"intended": "joke", "label": "news", "source": "synthetic"}, ["joke lost"]),
]


@pytest.mark.parametrize(("asked", "expected"), FILTERS)
def test_a_filter_keeps_what_it_says(
    project: Project, asked: dict[str, Any], expected: list[str]
) -> None:
    judged(project, "joke agreed", "jjj")
    judged(project, "joke lost", "nnj")
    judged(project, "tied", "jn")
    late = make_example(project, name="news due", intended="news")
    make_example(project, name="imported", source="real", split="train")
    wrote = {"method": "zero_shot", "prompt_version": "v2", "run": 7}
    again = Example(
        project=project, external_id="news due", text=late.text, source="synthetic", split="pool",
        intended_label=late.intended_label, provenance=wrote,
    )  # fmt: skip
    late.delete()
    again.save()

    found = names(project, ExampleFilter(**asked))

    assert sorted(found) == sorted(expected)
    assert count_of(project, ExampleFilter(**asked)) == Count(number=len(expected))


def test_an_example_is_found_by_what_a_version_did_with_it(project: Project) -> None:
    judged(project, "kept", "jjj")
    judged(project, "dropped", "jjn")
    version = curate_dataset(project, Policy(threshold=0.9)).version
    make_example(project, name="later")
    wish = ExampleFilter(version=version.number)

    assert names(project, wish) == ["dropped", "kept"]
    assert names(project, replace(wish, verdict="kept")) == ["kept"]
    assert names(project, replace(wish, verdict="dropped")) == ["dropped"]
    assert names(project, replace(wish, verdict="below_threshold")) == ["dropped"]


def test_nothing_is_found_among_the_dropped_of_a_version_that_dropped_nothing(
    project: Project,
) -> None:
    judged(project, "kept", "jjj")
    version = curate_dataset(project, Policy(threshold=0.9)).version
    wish = ExampleFilter(version=version.number, verdict="dropped")

    assert names(project, wish) == []
    assert count_of(project, wish) == Count(number=0)


def test_an_example_is_found_by_what_a_classifier_says(project: Project) -> None:
    judged(project, "surprising", "jjj")
    judged(project, "expected", "jjj")
    make_example(project, name="unknown")
    said = [
        NewPrediction(example="surprising", probs={"news": 1.0}),
        NewPrediction(example="expected", probs={"joke": 1.0}),
    ]
    attach_predictions(project, "training:1", said)

    assert names(project, ExampleFilter(surprising=True)) == ["surprising"]
    assert names(project, ExampleFilter(predicted="joke")) == ["expected"]
    assert names(project, ExampleFilter(predicted=NONE)) == ["unknown"]


@pytest.mark.parametrize(
    ("asked", "word"),
    [
        ({"label": "poem"}, "poem"),
        ({"annotator": "nobody"}, "nobody"),
        ({"version": 3}, "version 3"),
        ({"split": "later"}, "later"),
        ({"source": "found"}, "found"),
        ({"order": "best"}, "best"),
        ({"agreement_to": 80.0}, "80"),
        ({"verdict": "kept"}, "which version"),
        ({"text": "a\x00b"}, "NUL"),
    ],
)
def test_what_is_not_in_the_project_is_named(
    project: Project, asked: dict[str, Any], word: str
) -> None:
    with pytest.raises(BadInput, match=word):
        page_of(project, ExampleFilter(**asked))


@pytest.mark.parametrize(
    "after", ["x", "nan~1", "1~", "~5", "1~-2", "1~99999999999999999999", "1e300~5"]
)
def test_a_place_that_is_none_is_refused(project: Project, after: str) -> None:
    make_example(project)

    with pytest.raises(BadInput, match="begin with the first page"):
        page_of(project, ExampleFilter(), after=after)


def test_other_projects_are_not_seen(project: Project) -> None:
    make_example(make_project("songs"), text="a wet dog")

    assert names(project, ExampleFilter()) == []
    assert names(project, ExampleFilter(text="dog")) == []
