"""Sources read from a project: amounts, methods, judged rows, mixtures."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from curation.datasets import Policy
from curation.errors import BadInput, NothingToDo, VersionNotFound
from curation.models import Example, Project
from curation.services.datasets import curate_dataset
from curation.services.examples import NewExample, add_examples
from curation.services.training_rows import (
    LabelledRow,
    SourceReader,
    dataset_version_of,
    training_rows,
)
from curation.services.training_rows import test_rows as rows_to_test_on
from tests.factories import annotate, make_example, make_project

pytestmark = pytest.mark.django_db


def ids(project: Project, source: str, *, seed: int = 0) -> list[str]:
    return [row.id for row in training_rows(project, source, seed=seed)]


def labels(project: Project, source: str, *, seed: int = 0) -> Counter[str]:
    return Counter(row.label for row in training_rows(project, source, seed=seed))


def write(project: Project, name: str, text: str, label: str, **more: Any) -> None:
    add_examples(
        project,
        [
            NewExample(
                external_id=name,
                text=text,
                source=more.pop("source", "synthetic"),
                split=more.pop("split", "pool"),
                intended_label=None if "gold" in more else label,
                gold_label=more.pop("gold", None),
                provenance=more,
            )
        ],
    )


def judged_project() -> Project:
    """Of joke: 4 unanimous, 2 at 2/3; of news: 2 unanimous, 4 at 2/3."""
    project = make_project()
    for label, other, unanimous in (("joke", "news", 4), ("news", "joke", 2)):
        for number in range(6):
            example = make_example(project, name=f"{label}-{number}", source="real")
            last = label if number < unanimous else other
            annotate(project, [label, label, last], example=example)
    return project


def test_a_method_is_the_synthetic_texts_that_it_wrote() -> None:
    project = make_project()
    write(project, "a", "first", "joke", method="zero_shot")
    write(project, "b", "second", "news", method="few_shot")

    assert ids(project, "method:zero_shot") == ["a"]
    assert ids(project, "synthetic") == ["a", "b"]
    with pytest.raises(NothingToDo, match=r"by the method 'topic'; its methods: few_shot, zero_"):
        training_rows(project, "method:topic", seed=0)


def test_judged_rows_carry_the_label_of_most_votes_with_agreement_and_shares() -> None:
    project = make_project()
    example = make_example(project, name="a", intended="news")
    annotate(project, ["joke", "joke", "news", None], example=example)

    (row,) = training_rows(project, "judged", seed=0)

    assert row.label == "joke"
    assert row.agreement == pytest.approx(2 / 3)
    assert row.probs == pytest.approx((2 / 3, 1 / 3))


def test_agreed_and_share_keep_what_a_policy_keeps() -> None:
    project = judged_project()

    agreed, share = labels(project, "agreed:0.8"), labels(project, "share:0.5")

    assert agreed == {"joke": 4, "news": 2}
    assert share == {"joke": 3, "news": 3}
    assert set(ids(project, "share:0.5")) >= {"news-0", "news-1"}


def test_random_subsets_have_the_size_or_the_labels_of_what_they_control_for() -> None:
    project = judged_project()

    sized = [labels(project, "random-agreed:0.8", seed=seed) for seed in range(5)]
    matched = [labels(project, "random-share:0.5", seed=seed) for seed in range(5)]

    assert {counts.total() for counts in sized} == {6}
    assert matched == [{"joke": 3, "news": 3}] * 5
    assert len({tuple(ids(project, "random-share:0.5", seed=seed)) for seed in range(5)}) > 1


def test_an_amount_takes_labels_in_proportion_and_each_takes_as_many_of_all() -> None:
    project = judged_project()
    annotate(project, ["joke"] * 3, example=make_example(project, name="joke-6", source="real"))

    assert labels(project, "judged@4") == {"joke": 2, "news": 2}
    assert labels(project, "judged@4each") == {"joke": 4, "news": 4}
    assert set(ids(project, "judged@4")) < set(ids(project, "judged@8"))


def test_asking_for_more_rows_than_there_are_says_how_many_there_are() -> None:
    project = judged_project()

    with pytest.raises(NothingToDo, match=r"'judged@13' asks for more .* has \(12 rows\)"):
        training_rows(project, "judged@13", seed=0)
    with pytest.raises(NothingToDo, match=r"\(6 of joke, 6 of news\); ask for fewer"):
        training_rows(project, "judged@7each", seed=0)


def test_a_text_in_two_parts_comes_once_with_the_label_of_the_earlier_part() -> None:
    project = make_project()
    write(project, "r", "The same words.", "", source="real", split="train", gold="joke")
    write(project, "s", "the SAME words", "news", method="zero_shot")
    write(project, "t", "other words", "news", method="zero_shot")

    found = SourceReader(project).read("real+method:zero_shot", seed=0)

    assert [(row.id, row.label) for row in found.rows] == [("r", "joke"), ("t", "news")]
    assert (found.repeated, found.test_texts) == (1, 0)


def test_what_a_test_text_says_in_other_case_is_left_out_and_counted() -> None:
    project = make_project()
    write(project, "held", "Held out!", "", source="real", split="test", gold="joke")
    write(project, "leak", "held out", "joke", method="zero_shot")
    write(project, "fine", "something else", "news", method="zero_shot")

    found = SourceReader(project).read("method:zero_shot", seed=0)

    assert [row.id for row in found.rows] == ["fine"]
    assert found.test_texts == 1


@pytest.mark.parametrize(
    "source",
    [
        "judged", "agreed:0.5", "share:1", "random-agreed:0.5", "random-share:1", "judged@1",
        "method:m", "judged+synthetic", "synthetic", "version:1", "random:1", "random:1@1",
    ],
)  # fmt: skip
def test_no_source_holds_a_test_text(source: str) -> None:
    project = make_project()
    write(project, "held", "Held out!", "", source="real", split="test", gold="joke")
    for name, text in (("leak", "held  OUT"), ("fine", "something else")):
        write(project, name, text, "joke", method="m")
        annotate(project, ["joke"] * 3, example=project.examples.get(external_id=name))

    curate_dataset(project, Policy(threshold=0.5))

    assert ids(project, source) == ["fine"]


def test_real_training_texts_that_a_test_text_equals_are_left_out() -> None:
    project = make_project()
    write(project, "held", "Held out!", "", source="real", split="test", gold="joke")
    for name, text in (("leak", "held  OUT"), ("fine", "something else")):
        write(project, name, text, "", source="real", split="train", gold="joke")

    assert ids(project, "real") == ["fine"]


def test_a_control_is_as_large_as_what_is_left_of_its_version() -> None:
    project = judged_project()
    make_example(project, "HELD out", name="leak", source="real")
    annotate(project, ["joke"] * 3, example=project.examples.get(external_id="leak"))
    write(project, "held", "Held out!", "", source="real", split="test", gold="joke")
    curate_dataset(project, Policy(threshold=0.8))

    assert len(ids(project, "version:1")) == 6
    drawn = [ids(project, "random:1", seed=seed) for seed in range(5)]
    assert [len(rows) for rows in drawn] == [6] * 5
    assert "leak" not in {name for rows in drawn for name in rows}


def test_a_share_of_agreement_that_came_with_real_texts_stands_in_for_votes() -> None:
    project = make_project(labels=("joke", "news", "other"))
    for name, share in (("a", 1.0), ("b", 0.58)):
        write(project, name, f"text {name}", "", source="real", split="train", gold="joke",
              agreement=share)  # fmt: skip
    write(project, "c", "text c", "", source="real", split="test", gold="news", agreement=0.87)

    assert ids(project, "agreed:0.8") == ["a"]
    assert [row.agreement for row in training_rows(project, "real", seed=0)] == [1.0, 0.58]
    assert training_rows(project, "judged", seed=0)[1].probs == pytest.approx((0.58, 0.21, 0.21))
    assert [row.agreement for row in rows_to_test_on(project)] == [0.87]


def test_a_source_without_judged_texts_says_what_to_do() -> None:
    with pytest.raises(NothingToDo, match=r"has no judged texts; let people judge, or bring"):
        training_rows(make_project(), "agreed:0.8", seed=0)


def test_the_version_of_a_mixture_is_the_one_it_names() -> None:
    project = judged_project()
    version = curate_dataset(project, Policy(threshold=0.8)).version

    assert dataset_version_of(project, "synthetic+version:1@3") == version
    assert dataset_version_of(project, "judged@3") is None
    with pytest.raises(VersionNotFound):
        dataset_version_of(project, "version:7+judged")
    with pytest.raises(BadInput, match="is not a training source"):
        dataset_version_of(project, "version:0")


def test_version_rows_carry_vote_shares() -> None:
    project = make_project()
    annotate(project, ["joke", "joke", "news", "joke"])
    curate_dataset(project, Policy(threshold=0.5))

    (row,) = training_rows(project, "version:1", seed=0)

    assert row.probs == pytest.approx((0.75, 0.25))


def test_several_sources_of_one_reader_look_votes_up_once() -> None:
    project = judged_project()
    reader = SourceReader(project)
    first = reader.read("judged", seed=0)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        for source in ("agreed:0.8", "share:0.5", "random-agreed:0.8"):
            reader.read(source, seed=0)

    assert len(first.rows) == 12
    assert len(queries) == 0


def test_no_statement_grows_with_the_number_of_judged_texts() -> None:
    def commas(project: Project) -> list[int]:
        with CaptureQueriesContext(connection) as queries:
            for source in ("judged", "agreed:0.8", "real"):
                training_rows(project, source, seed=0)
        return [query["sql"].count(",") for query in queries]

    few, many = make_project("few"), make_project("many")
    for project, times in ((few, 2), (many, 20)):
        for _ in range(times):
            annotate(project, ["joke"] * 3, example=make_example(project, source="real"))

    assert commas(many) == commas(few)


def test_rows_do_not_depend_on_the_order_in_which_they_were_stored() -> None:
    def stored(slug: str, names: list[str]) -> list[LabelledRow]:
        project = make_project(slug)
        for name in names:
            example = make_example(project, f"text {name}", name=name, source="real")
            annotate(project, ["joke", "joke", "news"] if name < "m" else ["news"] * 3,
                     example=example)  # fmt: skip
        return [
            row
            for source in ("judged@4", "random-agreed:0.9", "share:0.5", "judged@1each")
            for row in training_rows(project, source, seed=3)
        ]

    names = list("abcnopqr")

    assert stored("one", names) == stored("two", names[::-1])
    assert Example.objects.count() == 16
