"""Studies in the browser: planned, started, stopped, read, forgotten."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest
from django.test import Client

from curation.models import Job, Project
from tests.curation.pages import text_of
from tests.training.scored_study import fail_cell, planned_study, scored_study, small_plan
from training.forms import plan_as_file
from training.models import Study, TrainingRun
from training.services.studies.at_work import claim_on

pytestmark = pytest.mark.django_db

TICKS: dict[str, Any] = {
    "title": "Which is best?",
    "arms": ["Real", "Synthetic, all"],
    "classifiers": ["tfidf"],
    "seeds": 2,
    "max_steps": 96,
    "pairing": "usual",
}
TICKED = "/studies/new/?project=headlines"


def test_without_studies_the_list_says_what_one_is(reader: Client) -> None:
    page = text_of(reader, "/studies/")

    assert "Studies stand here." in page
    assert "/studies/new/" in page


def test_the_list_tells_how_far_each_is(reader: Client, project: Project) -> None:
    study = scored_study()
    fail_cell(study, arm="Real", seed=0, error="No room.")

    page = text_of(reader, "/studies/")

    assert "1 project × 3 arms × 1 classifier × 3 seeds" in page
    assert "finished, 1 run failed" in page
    assert "9 of 9 runs" in page


def test_what_may_be_chosen_are_projects_with_test_texts_and_ready_made_shapes(
    reader: Client, project: Project
) -> None:
    page = text_of(reader, "/studies/new/")

    assert "?project=headlines" in page
    assert "?shape=paper-one" in page


def test_a_shape_opens_as_a_file_on_the_projects_that_are_here(
    reader: Client, project: Project
) -> None:
    page = text_of(reader, "/studies/new/?shape=filtering")

    assert "project-slug" in page  # none of its own is here
    assert reader.get("/studies/new/?shape=nonsense").status_code == 404


def test_looking_tells_the_cost_and_writes_nothing(reader: Client, project: Project) -> None:
    page = reader.post(TICKED, {**TICKS, "action": "look"}).content.decode()

    assert "4 runs to train: about" in page
    assert "guessed: none like it has finished here" in page
    assert not Study.objects.exists()
    assert not Job.objects.exists()


def test_ticks_become_a_study_that_a_worker_takes_up(reader: Client, project: Project) -> None:
    answer = reader.post(TICKED, {**TICKS, "action": "start", "parallel": 2})

    study = Study.objects.get()
    assert answer.headers["Location"] == f"/studies/{study.slug}/"
    assert (study.slug, study.cells.count()) == ("which-is-best", 4)
    assert study.plan["pairs"] == [["Synthetic, all", "Real"]]
    job = Job.objects.get()
    assert (job.kind, job.params) == ("study", {"study": "which-is-best", "parallel": 2})


def test_ticks_open_as_a_file_that_says_the_same(reader: Client, project: Project) -> None:
    page = reader.post(TICKED, {**TICKS, "action": "edit"}).content.decode()

    assert "A study as a file" in page
    assert "Which is best?" in page
    assert not Study.objects.exists()


def test_a_file_becomes_a_study(reader: Client, project: Project) -> None:
    asked = {"file": plan_as_file(small_plan()), "action": "start"}

    reader.post("/studies/new/", asked)
    reader.post("/studies/new/", asked)

    study = Study.objects.get()
    assert (study.title, study.plan["seeds"]) == ("Is it as good?", 3)
    assert Job.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[", "cannot be read"),
        ("just words", "This is no study"),
        ("title: x", "names no projects"),
        (plan_as_file(small_plan("nowhere")), "nowhere"),
        (f"{plan_as_file(small_plan())}seeds: 2.5", "asks for 2.5 seeds"),
        (f"{plan_as_file(small_plan())}seeds: 1000000000", "cells (projects"),
    ],
)
def test_what_is_no_study_is_said_and_kept_in_the_form(
    reader: Client, project: Project, text: str, sentence: str
) -> None:
    answer = reader.post("/studies/new/", {"file": text, "action": "start"})

    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert not Study.objects.exists()


def test_no_source_and_no_classifier_are_said(reader: Client, project: Project) -> None:
    none = reader.post(TICKED, {**TICKS, "arms": [], "action": "look"}).content.decode()
    without = reader.post(TICKED, {**TICKS, "classifiers": [], "action": "look"}).content.decode()

    assert "Choose at least one source to train on." in none
    assert "Choose at least one classifier." in without


def test_another_plan_with_the_same_title_gets_a_number(reader: Client, project: Project) -> None:
    reader.post(TICKED, {**TICKS, "action": "start"})
    reader.post(TICKED, {**TICKS, "seeds": 3, "action": "start"})

    assert sorted(Study.objects.values_list("slug", flat=True)) == [
        "which-is-best",
        "which-is-best-2",
    ]


def test_every_cell_stands_in_the_matrix_with_its_word(reader: Client, project: Project) -> None:
    study = planned_study()
    fail_cell(study, arm="Real", seed=1, error="There was no room.")

    page = text_of(reader, "/studies/as-good/")

    assert page.count(">waiting</td>") == 8
    assert page.count(">failed</td>") == 1
    assert "There was no room." in page
    assert "It has not been started; 0 of 9 runs are there already." in page


def test_a_study_is_started_once_and_stopped(reader: Client, project: Project) -> None:
    planned_study()

    reader.post("/studies/as-good/start/")
    reader.post("/studies/as-good/start/")
    waiting = text_of(reader, "/studies/as-good/now/")
    reader.post("/studies/as-good/stop/")

    assert "It waits for a worker" in waiting
    assert "data-active" in waiting
    assert Job.objects.get().state == Job.State.CANCELLED
    assert "data-active" not in text_of(reader, "/studies/as-good/now/")


def test_whoever_ran_it_has_gone(reader: Client, project: Project) -> None:
    planned_study()
    Study.objects.update(status="running")

    page = text_of(reader, "/studies/as-good/")

    assert "Whoever ran it has gone" in page
    assert "Go on" in page


def test_the_report_leads_from_every_number_to_its_run(reader: Client, project: Project) -> None:
    scored_study()

    page = text_of(reader, "/studies/as-good/")

    for run in TrainingRun.objects.all():
        assert f"/projects/headlines/training/runs/{run.pk}/" in page
    assert "p, corrected" in page
    assert page.count("<svg") >= 2
    assert "Whether made text is as good." in page


def test_with_several_projects_they_are_compared_together(reader: Client) -> None:
    scored_study("headlines", "rumours", seeds=2)

    page = text_of(reader, "/studies/as-good/")

    assert "Over all projects" in page
    assert "in 2 of 2 projects" in page


def test_every_file_of_the_report_can_be_taken_along(reader: Client, project: Project) -> None:
    study = scored_study()
    home = f"/studies/{study.slug}/files/"

    packed = zipfile.ZipFile(io.BytesIO(reader.get(f"{home}everything.zip").content))
    report = json.loads(reader.get(f"{home}report.json").content)

    names = set(packed.namelist())
    assert {"report.md", "report.json", "tables/scores.tex", "tables/pairs.csv"} <= names
    assert any(name.endswith(".svg") for name in names)
    assert report == study.report
    for name in ("report.md", "tables/scores.csv", "tables/scores.md"):
        assert reader.get(f"{home}{name}").content == packed.read(name)
    assert reader.get(f"{home}../../etc/passwd").status_code == 404
    assert reader.get(f"{home}nothing.md").status_code == 404


def test_a_report_of_another_release_is_not_shown(reader: Client, project: Project) -> None:
    planned_study()
    Study.objects.update(status="successful", report={"version": 0})

    assert "written by another release" in text_of(reader, "/studies/as-good/")


def test_a_study_is_forgotten_only_when_sure(reader: Client, project: Project) -> None:
    scored_study()

    reader.post("/studies/as-good/delete/")
    kept = Study.objects.count()
    reader.post("/studies/as-good/delete/", {"sure": "yes"})

    assert (kept, Study.objects.count(), TrainingRun.objects.count()) == (1, 0, 9)


def test_a_study_at_work_is_not_forgotten(reader: Client, project: Project) -> None:
    study = planned_study()
    claim = claim_on(study)
    assert claim.take()

    answer = reader.post("/studies/as-good/delete/", {"sure": "yes"}, follow=True)
    claim.release()

    assert "is at work" in answer.content.decode()
    assert Study.objects.exists()


@pytest.mark.usefixtures("nul_is_refused")
@pytest.mark.parametrize("name", ["project", "shape"])
def test_what_is_not_there_by_an_address_with_a_nul_is_not_found(
    reader: Client, project: Project, name: str
) -> None:
    assert reader.get(f"/studies/new/?{name}=%00").status_code == 404


@pytest.mark.usefixtures("nul_is_refused")
def test_a_file_that_names_a_project_with_a_nul_gets_a_sentence(
    reader: Client, project: Project
) -> None:
    plan = plan_as_file(small_plan()).replace("headlines", '"head\\0lines"')

    answer = reader.post("/studies/new/", {"file": plan, "action": "look", "parallel": ""})

    assert answer.status_code == 400
