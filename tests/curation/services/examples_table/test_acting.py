"""Texts are set aside by hand, taken back in, and asked of annotators by themselves."""

from __future__ import annotations

import pytest

from curation.datasets import Policy
from curation.errors import BadInput, NothingToDo
from curation.models import Example, ExampleSummary, Project, SetAside, Task
from curation.services.annotating.rounds import add_new_texts, open_round
from curation.services.datasets import curate_dataset
from curation.services.examples_table import ExampleFilter, page_of
from curation.services.examples_table.acting import chosen_keys, send, set_aside, take_back
from curation.services.exploring import keep_evidence
from curation.services.report.rounds import new_texts
from curation.services.summaries import refresh
from tests.factories import annotate, make_example, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    return make_project()


def aside(project: Project) -> list[str]:
    return [row.external_id for row in page_of(project, ExampleFilter(aside=True)).rows]


def test_texts_are_set_aside_with_a_reason_and_taken_back_in(project: Project) -> None:
    keys = [make_example(project, name=name).pk for name in "abc"]

    assert set_aside(project, keys[:2], reason=" nonsense ", by="ann") == 2
    assert aside(project) == ["b", "a"]
    assert set_aside(project, keys, reason="other", by="bob") == 1
    assert take_back(project, keys[:2], by="cy") == 2

    assert aside(project) == ["c"]
    rows = SetAside.objects.values_list("example__external_id", "reason", "by", "undone_by")
    assert list(rows) == [
        ("a", "nonsense", "ann", "cy"),
        ("b", "nonsense", "ann", "cy"),
        ("c", "other", "bob", ""),
    ]
    refresh(project, anew=True)
    assert aside(project) == ["c"]


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501, "a\x00b"])
def test_a_reason_is_needed(project: Project, reason: str) -> None:
    key = make_example(project).pk

    with pytest.raises(BadInput, match="why these texts"):
        set_aside(project, [key], reason=reason, by="ann")

    assert not SetAside.objects.exists()


def test_texts_of_other_projects_are_left_alone(project: Project) -> None:
    other = make_example(make_project("songs"))

    for act in (
        lambda: set_aside(project, [other.pk], reason="odd", by="ann"),
        lambda: take_back(project, [other.pk], by="ann"),
        lambda: send(project, [other.pk]),
    ):
        with pytest.raises(BadInput, match="No text of this project"):
            act()

    assert not ExampleSummary.objects.filter(aside=True).exists()


def test_a_version_drops_what_was_set_aside(project: Project) -> None:
    judged = [annotate(project, ["joke"] * 3) for _ in range(3)]
    before = curate_dataset(project, Policy(keep_all=True)).version
    set_aside(project, [judged[0].pk], reason="an advertisement", by="ann")

    after = curate_dataset(project, Policy(keep_all=True)).version

    assert (before.kept, before.dropped) == (3, {})
    assert (after.kept, after.dropped) == (2, {"by_hand": 1})
    assert after.rows.get(drop_reason="by_hand").example == judged[0]


def test_the_explorer_foresees_it(project: Project) -> None:
    judged = [annotate(project, ["joke"] * 3) for _ in range(3)]
    first = keep_evidence(project, aggregator="majority")
    set_aside(project, [judged[0].pk], reason="an advertisement", by="ann")

    second = keep_evidence(project, aggregator="majority")

    assert second.mark != first.mark
    groups = second.evidence.groups
    assert groups.size[groups.by_hand].sum() == 1


def test_chosen_texts_get_a_round_of_their_own(project: Project) -> None:
    keys = [make_example(project).pk for _ in range(3)]
    set_aside(project, keys[2:], reason="odd", by="ann")

    target = send(project, keys[1:], overlap=5)

    tasks = Task.objects.filter(round=target).values_list("example", "wanted")
    assert list(tasks) == [(keys[1], 5)]
    assert (add_new_texts(target), new_texts(target)) == (0, 0)
    assert open_round(project).tasks.count() == 2


def test_texts_that_nobody_may_judge_open_no_round(project: Project) -> None:
    key = make_example(project, split=Example.Split.TEST).pk

    with pytest.raises(NothingToDo, match="not in the pool"):
        send(project, [key])

    assert not project.rounds.exists()


def test_all_that_a_filter_means_can_be_chosen(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = [make_example(project, intended="joke").pk for _ in range(3)]
    make_example(project, intended="news")

    assert chosen_keys(project, ExampleFilter(intended="joke")) == keys[::-1]

    monkeypatch.setattr("curation.services.examples_table.acting.AT_ONCE", 2)
    with pytest.raises(BadInput, match="too many for one go"):
        chosen_keys(project, ExampleFilter())
