"""Counts of answers: kept, and after every change the same as counting them all."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from django.core.management.color import no_style
from django.db import connection
from django.db.models import Count, Max, Sum
from django.test.utils import CaptureQueriesContext

from curation.models import (
    Annotation,
    AnnotationChange,
    AnnotationRound,
    Annotator,
    Project,
    Task,
)
from curation.services import answer_books, answer_tails, answer_tallies
from curation.services import answer_counts as counting
from curation.services.answer_counts import AnswerCounts, answer_counts, answer_counts_of
from curation.services.quality.acting import act
from curation.services.votes import import_votes
from tests.factories import make_example, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def low_numbers(db: None) -> None:
    """PostgreSQL never gives a number twice: late in a run there would be thousands to look at."""
    sequences = [{"table": Annotation._meta.db_table, "column": "id"}]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_by_name_sql(no_style(), sequences):
            cursor.execute(statement)


@pytest.fixture(autouse=True)
def short_tails(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a large database: numbers are kept, and all but the newest rows are not looked at."""
    monkeypatch.setattr(counting, "FEW", 0)
    monkeypatch.setattr(answer_tails, "TAIL", 3)
    monkeypatch.setattr(answer_books, "AT_ONCE", 7)
    monkeypatch.setattr(answer_books, "NAMED", 2)
    monkeypatch.setattr(answer_tallies, "NAMED", 2)


def directly(project: Project) -> AnswerCounts:
    every = Annotation.objects.of(project)
    told = every.counting().aggregate(n=Count("pk"), votes=Count("label"))
    programs = every.counting().filter(annotator__simulated=True)
    people = every.filter(annotator__simulated=False).aggregate(
        n=Count("pk"), timed=Count("seconds"), took=Sum("seconds")
    )
    return AnswerCounts(
        votes=told["votes"],
        skips=told["n"] - told["votes"],
        simulated=programs.exists(),
        total=every.count(),
        last=every.aggregate(last=Max("pk"))["last"] or 0,
        people=people["n"],
        timed=people["timed"],
        seconds=people["took"] or 0.0,
        annotators=every.counting().order_by().values("annotator").distinct().count(),
        heard=every.order_by().values("annotator").distinct().count(),
    )


class Crowd:
    """A project with people who answer."""

    def __init__(self, slug: str = "jokes", *, texts: int = 6, people: int = 4) -> None:
        self.project = make_project(slug, labels=("joke", "news"))
        self.labels = [*self.project.labels.all(), None]
        self.target = AnnotationRound.objects.create(
            project=self.project, number=1, front=AnnotationRound.Front.PAGE, overlap=people
        )
        purposes = [Task.Purpose.VOTE] * (texts - 1) + [Task.Purpose.GOLD]
        self.tasks = [
            Task.objects.create(
                round=self.target, example=make_example(self.project), purpose=purpose
            )
            for purpose in purposes
        ]
        self.people = [
            Annotator.objects.create(project=self.project, name=f"{slug}-{n}", simulated=n == 0)
            for n in range(people)
        ]

    def answer(self, dice: random.Random) -> None:
        free = [
            (task, person)
            for task in self.tasks
            for person in self.people
            if not Annotation.objects.filter(task=task, annotator=person).exists()
        ]
        if free:
            task, person = dice.choice(free)
            Annotation.objects.create(
                task=task,
                annotator=person,
                label=dice.choice(self.labels),
                seconds=dice.choice((None, 1.5, 4.0)),  # their sums are exact
            )

    def change(self, dice: random.Random, *, gone: bool) -> None:
        found = list(Annotation.objects.of(self.project))
        if not found:
            return
        one = dice.choice(found)
        kind = AnnotationChange.Kind.REMOVED if gone else AnnotationChange.Kind.EDITED
        AnnotationChange.objects.create(task=one.task, annotator=one.annotator, kind=kind)
        if gone:
            one.delete()
        else:
            one.label = dice.choice(self.labels)
            one.save(update_fields=["label"])

    def stand(self, dice: random.Random) -> None:
        one = dice.choice(self.people)
        excluded = Annotator.Standing.EXCLUDED
        one.standing = Annotator.Standing.GOOD if one.standing == excluded else excluded
        one.save(update_fields=["standing"])

    def come(self) -> None:
        name = f"{self.project.slug}-{len(self.people)}"
        self.people.append(Annotator.objects.create(project=self.project, name=name))


@pytest.mark.parametrize("seed", range(12))
def test_after_every_change_the_counts_are_those_of_counting_everything(seed: int) -> None:
    dice = random.Random(seed)
    crowds = [Crowd("jokes"), Crowd("others", people=2)]
    for crowd in crowds:
        for _ in range(12):
            crowd.answer(dice)

    for _ in range(60):
        crowd = dice.choice(crowds)
        for _ in range(dice.choice((1, 1, 1, 9))):  # nobody looks after each of them
            what = dice.randrange(10)
            if what < 5:
                crowd.answer(dice)
            elif what < 8:
                crowd.change(dice, gone=what == 7)
            elif what == 8:
                crowd.stand(dice)
            else:
                crowd.come()

        assert answer_counts(crowd.project) == directly(crowd.project)
    told = {crowd.project.pk: directly(crowd.project) for crowd in crowds}
    assert answer_counts_of([crowd.project for crowd in crowds]) == told


def test_six_projects_take_as_many_queries_as_two() -> None:
    dice = random.Random(6)
    crowds = [Crowd(f"jokes-{n}", texts=3, people=2) for n in range(6)]
    for crowd in crowds:
        for _ in range(3):
            crowd.answer(dice)
    every = [crowd.project for crowd in crowds]
    for project in every:
        answer_counts(project)  # kept at six different moments

    with CaptureQueriesContext(connection) as two:
        answer_counts_of(every[:2])
    with CaptureQueriesContext(connection) as six:
        told = answer_counts_of(every)

    assert told == {project.pk: directly(project) for project in every}
    assert len(six) == len(two)


def test_only_the_newest_answers_are_looked_at_when_one_came(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    crowd, dice = Crowd(), random.Random(0)
    for _ in range(20):
        crowd.answer(dice)
    answer_counts(crowd.project)
    monkeypatch.setattr(answer_books, "_by_annotator", None)  # it would fail if it were called

    crowd.answer(dice)

    assert answer_counts(crowd.project) == directly(crowd.project)


def test_of_those_who_only_gave_more_answers_the_new_ones_are_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    crowd, dice = Crowd(texts=20), random.Random(2)
    for _ in range(20):
        crowd.answer(dice)
    answer_counts(crowd.project)
    monkeypatch.setattr(answer_books, "_grouped", None)  # it would fail if it were called

    for _ in range(3):
        crowd.answer(dice)
        crowd.answer(dice)
        assert answer_counts(crowd.project) == directly(crowd.project)


def test_an_answer_that_came_while_others_were_counted_is_counted_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    crowd, dice = Crowd(texts=20), random.Random(7)
    for _ in range(20):
        crowd.answer(dice)
    answer_counts(crowd.project)
    grouped = answer_books._grouped

    def meanwhile(*args: Any) -> Any:
        crowd.answer(dice)
        return grouped(*args)

    crowd.change(dice, gone=False)
    with monkeypatch.context() as patched:
        patched.setattr(answer_books, "_grouped", meanwhile)
        answer_counts(crowd.project)
    crowd.answer(dice)

    assert answer_counts(crowd.project) == directly(crowd.project)


def test_a_check_that_is_answered_while_all_is_counted_is_counted_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    crowd, dice = Crowd(), random.Random(3)
    for _ in range(6):
        crowd.answer(dice)
    by_annotator = answer_books._by_annotator
    Annotation.objects.filter(task=crowd.tasks[-1]).delete()  # the check's

    def meanwhile(**of: Any) -> Any:
        if "task__purpose__in" in of:
            Annotation.objects.create(
                task=crowd.tasks[-1], annotator=crowd.people[1], label=crowd.labels[0]
            )
        return by_annotator(**of)

    with monkeypatch.context() as patched:
        patched.setattr(answer_books, "_by_annotator", meanwhile)
        answer_counts(crowd.project)

    assert answer_counts(crowd.project) == directly(crowd.project)


def test_answers_that_become_visible_after_later_ones_are_counted() -> None:
    crowd, dice = Crowd(), random.Random(1)
    for _ in range(10):
        crowd.answer(dice)
    late = Annotation.objects.of(crowd.project).order_by("-pk")[1]  # of a longer transaction
    Annotation.objects.filter(pk=late.pk).delete()
    answer_counts(crowd.project)

    late.save(force_insert=True)

    assert answer_counts(crowd.project) == directly(crowd.project)


def test_an_import_is_counted_however_late_it_becomes_visible(tmp_path: Path) -> None:
    crowd = Crowd()
    crowd.answer(random.Random(0))
    answer_counts(crowd.project)
    file = tmp_path / "votes.csv"
    texts = [task.example.external_id for task in crowd.tasks]
    rows = [f"{text},w{n},joke" for text in texts for n in range(5)]
    file.write_text("task,worker,label\n" + "\n".join(rows))

    import_votes(crowd.project, file)

    assert answer_counts(crowd.project) == directly(crowd.project)
    assert answer_counts(crowd.project).votes >= len(rows)


def test_votes_set_aside_do_not_count_and_count_again_when_they_are_taken_back() -> None:
    crowd, dice = Crowd(), random.Random(3)
    for _ in range(20):
        crowd.answer(dice)
    counts = [answer_counts(crowd.project)]

    for verb in ("requeue", "restore"):
        act(crowd.people[1], verb, reason="a try", by="me")
        counts.append(answer_counts(crowd.project))

    assert counts[0] == counts[2] == directly(crowd.project)
    assert counts[1].votes < counts[0].votes
    assert counts[1].total == counts[0].total


def test_what_was_kept_for_another_project_of_that_name_is_not_believed() -> None:
    crowd, dice = Crowd(), random.Random(4)
    for _ in range(8):
        crowd.answer(dice)
    answer_counts(crowd.project)
    slug = crowd.project.slug
    Project.objects.filter(pk=crowd.project.pk).update(slug="older")

    other = make_project(slug)

    assert answer_counts(other) == directly(other)
    assert answer_counts(other).total == 0


@pytest.mark.parametrize("rest", ["", "{", "[]", '{"of": 3}'])
def test_a_file_that_cannot_be_read_is_made_anew(rest: str, concord_home: Path) -> None:
    crowd = Crowd()
    crowd.answer(random.Random(5))
    answer_counts(crowd.project)

    (concord_home / "counts" / f"{crowd.project.slug}.json").write_text(rest)

    assert answer_counts(crowd.project) == directly(crowd.project)


def test_counts_are_told_also_where_they_cannot_be_kept(concord_home: Path) -> None:
    crowd = Crowd()
    (concord_home / "counts").write_text("a file where a folder is needed")

    told = answer_counts(crowd.project)

    assert told == directly(crowd.project)
