"""The Train step: what was trained, looking first, starting, stopping."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from curation.models import Job, Project
from curation.services.projects import NewLabel, create_project
from tests.curation.pages import text_of
from tests.training.factories import finished_run
from training.forms import TrainingForm
from training.models import TrainingRun

pytestmark = pytest.mark.django_db

HOME = "/projects/headlines/training/"
WISH: dict[str, Any] = {
    "sources": ["real", "synthetic"],
    "classifier": "tfidf",
    "seeds": 2,
    "max_steps": 96,
    "loss": "cross_entropy",
    "parallel": 1,
}


def send(reader: Client, action: str, **changed: Any) -> Any:
    return reader.post(HOME, {**WISH, "action": action, **changed})


def test_without_a_test_set_the_page_says_what_to_do_first(reader: Client) -> None:
    create_project("bare", labels=[NewLabel(name="a"), NewLabel(name="b")])

    page = text_of(reader, "/projects/bare/training/")

    assert "There is no test set yet" in page
    assert "import_examples bare test.jsonl --split test" in page
    assert "Train and compare" not in page


def test_a_project_that_was_not_trained_says_what_will_stand_here(
    reader: Client, project: Project
) -> None:
    page = text_of(reader, HOME)

    assert "Nothing has been trained yet." in page
    assert "Scored on 6 test texts with trusted labels." in page
    assert "One line for each fit" in page


def test_scores_stand_in_the_table_and_lead_to_their_runs(reader: Client, project: Project) -> None:
    gold = ["joke", "news"] * 3
    run = finished_run(project, "real", gold=gold, predicted=gold)

    page = text_of(reader, HOME)

    assert "Real: macro-F1 1.000 (1 seed)." in page
    assert "?source=real#runs" in page
    assert f"{HOME}runs/{run.pk}/" in page


def test_sources_trained_in_different_ways_are_not_ranked(reader: Client, project: Project) -> None:
    gold = ["joke", "news"] * 3
    finished_run(project, "real", gold=gold, predicted=gold)
    finished_run(project, "synthetic", gold=gold, predicted=gold, recipe="other")

    page = text_of(reader, HOME)

    assert "2 sources are scored, with different classifiers or settings" in page


def test_runs_of_studies_are_named_as_such(reader: Client, project: Project) -> None:
    gold = ["joke", "news"] * 3
    finished_run(project, "real", gold=gold, predicted=gold)
    TrainingRun.objects.update(asked_at=None)

    page = text_of(reader, HOME)

    assert "Only studies have trained on this project so far: 1 run" in page
    assert "of a study" in page


def test_the_list_may_be_of_one_source(reader: Client, project: Project) -> None:
    gold = ["joke", "news"] * 3
    finished_run(project, "real", gold=gold, predicted=gold)
    other = finished_run(project, "synthetic", gold=gold, predicted=gold)

    page = text_of(reader, f"{HOME}?source=real")

    assert f"runs/{other.pk}/" not in page


def test_looking_counts_runs_and_starts_nothing(reader: Client, project: Project) -> None:
    answer = send(reader, "look")

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "4 runs to train: about" in page
    assert "so the time is a guess" in page
    assert not Job.objects.exists()
    assert not TrainingRun.objects.exists()


def test_training_is_started_once(reader: Client, project: Project) -> None:
    send(reader, "start", dynamics="on")
    send(reader, "start", dynamics="on")

    job = Job.objects.get()
    assert (job.kind, job.params) == (
        "train",
        {
            "sources": ["real", "synthetic"],
            "seeds": 2,
            "config": {"classifier": "tfidf", "dynamics": True},
        },
    )


def test_other_sources_are_taken_as_commands_take_them(reader: Client, project: Project) -> None:
    send(reader, "start", sources=[], others="real@4+synthetic\nshare:0.5\nreal@4+synthetic")

    assert not Job.objects.exists()  # nobody has judged anything, so there is no share:0.5

    send(reader, "start", sources=[], others="real@4+synthetic")

    assert Job.objects.get().params["sources"] == ["real@4+synthetic"]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"sources": []}, "Choose at least one source to train on."),
        ({"others": "nonsense?"}, "is not a training source"),
        ({"seeds": 0}, "greater than or equal to 1"),
        ({"classifier": "oracle"}, "Select a valid choice"),
        ({"others": "version:9"}, "version 9"),
    ],
)
def test_what_cannot_be_trained_is_said_and_nothing_starts(
    reader: Client, project: Project, changed: dict[str, Any], sentence: str
) -> None:
    answer = send(reader, "start", **changed)

    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert not Job.objects.exists()


def test_training_is_cancelled_and_tried_again(reader: Client, project: Project) -> None:
    send(reader, "start")
    job = Job.objects.get()

    reader.post(f"{HOME}jobs/{job.pk}/cancel/")
    cancelled = text_of(reader, f"{HOME}jobs/")
    reader.post(f"{HOME}jobs/{job.pk}/again/")

    assert "Try again" in cancelled
    assert [one.state for one in Job.objects.order_by("pk")] == ["cancelled", "ready"]


def test_the_form_offers_what_the_project_has(project: Project) -> None:
    form = TrainingForm(project=project)

    choices = [key for key, _ in form.fields["sources"].choices]  # type: ignore[attr-defined]

    assert choices == ["synthetic", "real", "real+synthetic"]
    assert form.fields["sources"].initial == ["synthetic", "real"]
