"""Summaries follow votes, and say when they do not yet."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from curation.models import (
    Annotation,
    AnnotationChange,
    Annotator,
    AnnotatorAction,
    Example,
    ExampleSummary,
    Project,
    SummaryState,
)
from curation.services import summaries
from curation.services.examples import NewExample, add_examples
from curation.services.summaries import bring_up, freshness, look_after, refresh
from tests.factories import annotate, make_example, make_project, make_round

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    return make_project()


def told(example: Example) -> tuple[Any, ...]:
    row = ExampleSummary.objects.select_related("label").get(pk=example.pk)
    return row.votes, row.skips, row.label.name if row.label else None, row.agreement


def test_the_database_makes_a_summary_with_every_example(project: Project) -> None:
    wrote = {"method": "few_shot", "prompt_version": "v3", "run": 2}
    odd = {"method": 5, "prompt_version": None, "run": "two"}
    add_examples(
        project,
        [
            NewExample(
                external_id=name, text="four", source="synthetic", split="pool",
                intended_label="joke", provenance=provenance,
            )
            for name, provenance in (("a", wrote), ("b", odd), ("c", {}))
        ],
    )  # fmt: skip

    rows = ExampleSummary.objects.filter(project=project).order_by("pk")

    assert [row.intended.name for row in rows if row.intended] == ["joke"] * 3
    assert list(rows.values_list("method", "prompt", "run", "length", "votes")) == [
        ("few_shot", "v3", 2, 4, 0),
        ("", "", None, 4, 0),
        ("", "", None, 4, 0),
    ]


def test_the_triggers_are_there_after_all_migrations() -> None:
    """SQLite makes a table anew to change it, and its triggers do not come along: a migration
    that changes `Example` must make them again."""
    names = {"curation_example_summary"}
    if connection.vendor == "sqlite":
        names |= {f"curation_example_words_{name}" for name in ("in", "out", "new")}
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )

    with connection.cursor() as cursor:
        cursor.execute(query)
        there = {name for (name,) in cursor.fetchall()}

    assert names <= there


def test_a_summary_tells_votes_ties_and_skips(project: Project) -> None:
    agreed = annotate(project, ["joke", "joke", "news", None])
    tied = annotate(project, ["joke", "news"])
    skipped = annotate(project, [None])

    refresh(project)

    assert told(agreed) == (3, 1, "joke", pytest.approx(2 / 3))
    assert told(tied) == (2, 0, None, 0.5)
    assert told(skipped) == (0, 1, None, 0)


def test_the_later_answer_of_an_annotator_counts(project: Project) -> None:
    example = annotate(project, ["joke"])
    later = make_round(project)
    task = later.tasks.create(example=example)
    ann, news = project.annotators.get(), project.labels.get(name="news")
    Annotation.objects.create(task=task, annotator=ann, label=news)

    refresh(project)

    assert told(example) == (1, 0, "news", 1.0)


def test_only_what_is_new_is_looked_at(project: Project) -> None:
    for _ in range(5):
        annotate(project, ["joke"])
    refresh(project)
    later = annotate(project, ["news"])

    assert freshness(project).new == 1
    assert refresh(project, tail=0) == 1
    assert told(later) == (1, 0, "news", 1.0)
    assert freshness(project).fresh


def test_answers_that_were_taken_back_are_seen(project: Project) -> None:
    example = annotate(project, ["joke", "news"])
    refresh(project)
    gone = Annotation.objects.get(label__name="news")
    AnnotationChange.objects.create(
        task=gone.task, annotator=gone.annotator, kind="removed", before=gone.label
    )
    gone.delete()

    bring_up(project)

    assert told(example) == (1, 0, "joke", 1.0)


def test_votes_that_stop_counting_are_left_out(project: Project) -> None:
    example = annotate(project, ["joke", "news"])
    refresh(project)
    worst = Annotator.objects.get(name="ann-2")
    Annotator.objects.filter(pk=worst.pk).update(standing=Annotator.Standing.EXCLUDED)
    AnnotatorAction.objects.create(annotator=worst, kind="requeued", reason="fast", by="ann")

    assert not freshness(project).complete
    bring_up(project)

    assert told(example) == (1, 0, "joke", 1.0)


def test_a_page_leaves_much_to_the_worker(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summaries, "AT_ONCE", 2)
    first = annotate(project, ["joke"])
    refresh(project)
    for _ in range(3):
        annotate(project, ["news"])

    state = bring_up(project)

    assert (state.fresh, state.new) == (False, 3)
    assert told(first) == (1, 0, "joke", 1.0)
    assert look_after() == []
    assert freshness(project).fresh


def test_what_must_be_worked_out_from_nothing_needs_a_job(project: Project) -> None:
    annotate(project, ["joke"])
    assert look_after() == [project]
    refresh(project)
    assert look_after() == []

    SummaryState.objects.update(counted_at=timezone.now() - timedelta(days=2))

    assert look_after() == [project]


def test_nothing_said_needs_nothing(project: Project) -> None:
    make_example(project)

    assert bring_up(project).fresh
    assert look_after() == []


def test_an_answer_that_becomes_visible_after_a_later_one_is_seen(project: Project) -> None:
    first = annotate(project, ["joke"])
    refresh(project)
    late = Annotation.objects.get(task__example=first)  # of a longer transaction
    Annotation.objects.filter(pk=late.pk).delete()
    annotate(project, ["news"])
    bring_up(project)  # as a page does

    late.save(force_insert=True)
    ExampleSummary.objects.filter(pk=first.pk).update(votes=0, label=None, agreement=0)
    look_after()

    assert told(first) == (1, 0, "joke", 1.0)
    with CaptureQueriesContext(connection) as asked:
        look_after()
    assert not any("UPDATE" in query["sql"] for query in asked.captured_queries)


def test_a_web_server_leaves_what_was_brought_up_just_now(
    project: Project, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CONCORD_COUNT_BESIDE = True
    annotate(project, ["joke"])
    refresh(project)
    example = annotate(project, ["joke"])

    assert bring_up(project).fresh
    assert told(example) == (0, 0, None, 0.0)
    monkeypatch.setattr(summaries, "JUST_NOW", timedelta())
    bring_up(project)
    assert told(example) == (1, 0, "joke", 1.0)


def test_votes_that_stop_counting_are_told_however_new_the_numbers_are(
    project: Project, settings: Any
) -> None:
    settings.CONCORD_COUNT_BESIDE = True
    example = annotate(project, ["joke", "news"])
    refresh(project)

    project.annotators.filter(name="ann-1").update(standing=Annotator.Standing.EXCLUDED)
    bring_up(project)

    assert told(example)[0] == 1
