"""Numbers of large projects are kept for a while."""

from __future__ import annotations

import pytest

from curation.models import Project
from curation.services import lately
from curation.services.report import counts
from curation.services.report.counts import counts_of, kept_counts
from tests.factories import annotate, make_example, make_project, make_round

pytestmark = pytest.mark.django_db


def test_few_texts_are_counted_each_time() -> None:
    project = make_project()
    kept_counts(project)
    make_example(project)

    assert kept_counts(project).pool == 1


def test_many_are_counted_anew_when_a_round_came(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lately, "MANY", -1)
    monkeypatch.setattr(lately, "PATIENCE", 1e9)
    project = make_project()
    kept_counts(project)
    make_example(project)

    assert kept_counts(project).pool == 0
    make_round(project)
    assert kept_counts(project).pool == 1


def label_studio_votes(project: Project, *names: str) -> None:
    """A text of a round on Label Studio that asks one person, and what these people answered."""
    further = project.rounds.create(
        number=project.rounds.count() + 1, front="label_studio", overlap=1
    )
    example = project.examples.first() or make_example(project)
    task = further.tasks.create(example=example, votes=len(names))
    for name in names:
        annotator, _ = project.annotators.get_or_create(name=name)
        task.annotations.create(annotator=annotator, label=project.labels.first())


def test_two_votes_where_label_studio_was_to_gather_one_are_compared() -> None:
    project = make_project()
    label_studio_votes(project, "ann", "bob")

    assert kept_counts(project).compared


def test_one_annotators_votes_for_a_text_in_two_rounds_are_not_compared() -> None:
    one, two = make_project("one"), make_project("two")
    for project, second in ((one, "ann"), (two, "bob")):
        label_studio_votes(project, "ann")
        label_studio_votes(project, second)

    assert not kept_counts(one).compared
    assert kept_counts(two).compared


def test_imported_votes_of_somebody_who_was_set_aside_are_not_compared() -> None:
    project = make_project()
    annotate(project, ["joke", "news"])
    annotate(project, ["joke", None])
    before = kept_counts(project).compared
    project.annotators.filter(name="ann-2").update(standing="excluded")

    assert before
    assert not kept_counts(project).compared


def test_each_of_many_projects_is_asked_about_its_own_votes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(counts, "TOGETHER", 2)
    projects = [make_project(f"project-{number}") for number in range(5)]
    for number, project in enumerate(projects):
        annotate(project, ["joke"])
        annotate(project, ["joke", "news"][: 1 + number % 2])

    told = counts_of(projects)

    assert [told[one.pk].compared for one in projects] == [False, True, False, True, False]
