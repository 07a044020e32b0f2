"""Rows → arrays: every answer of a project, with what it was for."""

from __future__ import annotations

import math
from datetime import timedelta

import pytest
from django.utils import timezone

from curation import frames
from curation.models import Annotation, AnnotationRound, Annotator, Example, Project, Task
from tests.factories import annotate, make_example, make_project, make_round

pytestmark = pytest.mark.django_db


def give(
    target: AnnotationRound,
    example: Example,
    label: str | None,
    *,
    purpose: str = "vote",
    name: str = "ann",
    seconds: float | None = None,
) -> Annotation:
    task, _ = Task.objects.get_or_create(round=target, example=example, purpose=purpose)
    annotator, _ = Annotator.objects.get_or_create(project=target.project, name=name)
    return Annotation.objects.create(
        task=task,
        annotator=annotator,
        label=target.project.labels.filter(name=label).first(),
        seconds=seconds,
        answered_at=timezone.now() + timedelta(seconds=Annotation.objects.count()),
    )


@pytest.fixture
def target() -> AnnotationRound:
    return make_round(make_project())


def test_every_answer_comes_with_what_is_known_of_it(target: AnnotationRound) -> None:
    example = make_example(target.project, "four", split="check", gold="news")
    given = give(target, example, "joke", purpose="gold", seconds=2.5)

    found = frames.project_answers(target.project)
    answers = found.answers

    assert found.example_keys.tolist() == [example.pk]
    assert (answers.label.tolist(), answers.gold.tolist()) == ([0], [1])
    assert (answers.purpose.tolist(), answers.length.tolist()) == ([1], [4.0])
    assert answers.seconds.tolist() == [2.5]
    assert given.answered_at is not None
    assert answers.order[0] == pytest.approx(given.answered_at.timestamp())


def test_what_is_not_known_is_not_a_number(target: AnnotationRound) -> None:
    annotate(target.project, ["joke", None])

    answers = frames.project_answers(target.project).answers

    assert answers.label.tolist() == [0, -1]
    assert all(math.isnan(one) for one in [*answers.seconds, *answers.order])
    assert answers.gold.tolist() == [-1]


def test_a_repetition_is_of_the_task_it_repeats(target: AnnotationRound) -> None:
    example = make_example(target.project)
    give(target, example, "joke")
    give(target, example, "news", purpose="repeat")

    answers = frames.project_answers(target.project).answers

    assert (answers.n_tasks, answers.purpose.tolist()) == (1, [0, 4])


def test_of_two_rounds_the_later_answer_is_the_vote_and_the_earlier_a_repetition(
    target: AnnotationRound,
) -> None:
    example, later = make_example(target.project), make_round(target.project)
    give(later, example, "news")
    give(target, example, "joke")

    answers = frames.project_answers(target.project).answers

    assert list(zip(answers.label.tolist(), answers.purpose.tolist(), strict=True)) == [
        (0, 4),
        (1, 0),
    ]


def test_a_text_asked_as_qualification_and_as_gold_is_two_tasks(target: AnnotationRound) -> None:
    example = make_example(target.project, split="check", gold="joke")
    give(target, example, "joke", purpose="qualification")
    give(target, example, "joke", purpose="gold")

    answers = frames.project_answers(target.project).answers

    assert (answers.n_tasks, sorted(answers.purpose.tolist())) == (2, [1, 3])
    assert answers.gold.tolist() == [0, 0]


def test_a_project_without_answers_has_empty_columns() -> None:
    answers = frames.project_answers(make_project()).answers

    assert (answers.n_tasks, answers.n_workers, answers.task.tolist()) == (0, 0, [])


def test_votes_set_aside_come_only_when_they_are_asked_for() -> None:
    project = make_project()
    annotate(project, ["joke", "news"])
    Annotator.objects.filter(name="ann-2").update(standing="excluded")

    assert count(project) == 1
    assert count(project, excluded=True) == 2
    assert frames.project_answers(project).excluded.tolist() == [False, True]


def count(project: Project, *, excluded: bool = False) -> int:
    return len(frames.project_votes(project, split="pool", excluded=excluded).votes.task)
