"""One project as a pipeline: what is done, what runs, what it cost, what to do next."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from curation.models import Annotation, Job, Project, Role
from curation.views.pipeline import Stage, where_of
from tests.curation.pages import text_of
from tests.factories import (
    annotate,
    make_curated,
    make_example,
    make_member,
    make_project,
    make_round,
)

pytestmark = pytest.mark.django_db

PAGE, NOW = "/projects/jokes/", "/projects/jokes/now/"


@pytest.fixture
def project() -> Project:
    return make_project("jokes", labels=("joke", "news"))


@pytest.fixture
def reader(admin_client: Client) -> Client:
    return admin_client


def stage(project: Project, key: str) -> Stage:
    return next(one for one in where_of(project).pipeline if one.step.key == key)


def ended(project: Project, kind: str, *, seconds: float) -> None:
    now = timezone.now()
    Job.objects.create(
        project=project,
        kind=kind,
        state=Job.State.SUCCESSFUL,
        started_at=now - timedelta(seconds=seconds),
        finished_at=now,
    )


def test_a_new_project_asks_for_texts_and_has_cost_nothing(project: Project) -> None:
    where = where_of(project)

    assert [one.step.css for one in where.pipeline] == ["next"] + ["later"] * 6
    assert {one.said.cost for one in where.pipeline} == {""}
    assert (stage(project, "export").said.figure, where.now) == ("–", [])


def test_each_stage_tells_its_number_and_what_it_is_of(project: Project) -> None:
    make_curated(project)
    make_example(project, source="real")

    told = {key: stage(project, key).said for key in ("generate", "annotate", "agree", "curate")}

    assert (told["generate"].figure, told["generate"].facts) == ("11", ("10 synthetic, 1 real",))
    assert (told["annotate"].figure, told["annotate"].unit) == ("30", "answers")
    assert told["agree"].figure.startswith("α ")
    assert re.fullmatch(r"95 %: −?\d\.\d\d to \d\.\d\d", told["agree"].facts[0])
    assert told["agree"].facts[1] == "10 texts, 3 annotators"
    assert told["curate"].facts == ("version 2 keeps 6 of 10",)


def test_time_of_people_is_told_with_how_many_answers_it_is_known_of(project: Project) -> None:
    annotate(project, ["joke", "news", "joke"])
    Annotation.objects.filter(annotator__name__in=["ann-1", "ann-2"]).update(seconds=60)

    said = stage(project, "annotate").said

    assert said.cost == "2 minutes of people’s time so far, 2 of 3 answers timed"


def test_a_simulated_crowd_costs_nobody_time(project: Project) -> None:
    annotate(project, ["joke", "news"], simulated=True)
    Annotation.objects.update(seconds=60)

    assert stage(project, "annotate").said.cost == ""
    assert stage(project, "annotate").said.facts[0] == "by 2 annotators (simulated)"


def test_computing_is_told_where_jobs_ended(project: Project) -> None:
    annotate(project, ["joke", "news"])
    ended(project, "agreement", seconds=40)
    ended(project, "aggregators", seconds=2)

    assert stage(project, "agree").said.cost == "42 seconds of computing so far"
    assert stage(project, "curate").said.cost == ""


def test_the_bar_of_a_stage_at_work_is_that_of_its_job(project: Project) -> None:
    annotate(project, ["joke", "news"])
    Job.objects.create(project=project, kind="explore", state="running", done=3, total=12)

    curate = stage(project, "curate")

    assert (curate.step.css, curate.done, curate.total) == ("busy", 3, 12)


def test_a_bar_without_an_end_has_no_length(reader: Client, project: Project) -> None:
    Job.objects.create(project=project, kind="pull", state="running")

    column = text_of(reader, NOW).split('<li class="busy">')[1].split("</li>")[0]

    assert '<progress aria-label="Annotate, how far">' in column


def test_an_open_round_and_answers_kept_aside_are_told(project: Project) -> None:
    target = make_round(project, front="page")
    target.tasks.create(example=make_example(project), wanted=3, due=3)
    target.strays.create(remote_task=1, remote_id=1, annotator="x", reason="late")

    said = stage(project, "annotate").said

    assert said.unit == "of 3 answers"
    assert said.facts == ("round 1 is open", "1 kept aside")


def test_work_that_failed_last_is_told_where_the_project_stands(
    reader: Client, project: Project
) -> None:
    make_curated(project)
    Job.objects.create(project=project, kind="pull", state="failed", error="Nobody answered.")

    stand = text_of(reader, PAGE).split("Where the project stands")[1].split("</section>")[0]

    assert "Nobody answered." in stand
    assert "Try again" in stand


@pytest.mark.parametrize("stage", ["nothing", "texts", "judged", "frozen"])
def test_the_page_has_one_primary_act_at_most(reader: Client, project: Project, stage: str) -> None:
    if stage == "texts":
        make_example(project)
    if stage == "judged":
        annotate(project, ["joke", "joke", "news"])
    if stage == "frozen":
        make_curated(project)

    page = text_of(reader, PAGE)

    assert len(re.findall(r'class="button primary"', page)) <= 1
    assert len(re.findall(r'<li class="next">', page)) == 1


def test_looking_for_answers_by_itself_is_no_work(project: Project) -> None:
    annotate(project, ["joke", "news"])
    Job.objects.create(project=project, kind="pull", state="running", params={"poll": True})

    where = where_of(project)

    assert (where.now, stage(project, "annotate").step.css) == ([], "done")


def test_nothing_is_said_twice(reader: Client, project: Project) -> None:
    make_curated(project)

    page = text_of(reader, PAGE)

    assert page.count('aria-label="Stages"') == 1
    assert 'class="rail"' not in page


def test_an_auditor_sees_where_it_stands_and_has_no_buttons(
    client: Client, project: Project
) -> None:
    make_curated(project)
    Job.objects.create(project=project, kind="pull", state="running", done=1, total=9)
    client.force_login(make_member(project, Role.AUDITOR))

    for path in (PAGE, NOW):
        page = text_of(client, path)

        assert "1 of 9" in page
        assert "version 2 keeps 6 of 10" in page
        assert "jobs/start" not in page
        assert "Cancel" not in page


@pytest.mark.parametrize("path", [PAGE, NOW])
def test_an_annotator_does_not_come_here(client: Client, project: Project, path: str) -> None:
    client.force_login(make_member(project, Role.ANNOTATOR))

    assert client.get(path).status_code == 403


def test_the_part_that_is_asked_again_is_that_of_the_page(
    reader: Client, project: Project, settings: Any
) -> None:
    make_curated(project)

    whole, part = text_of(reader, PAGE), text_of(reader, NOW)

    assert part.split("</nav>")[0].strip() in whole
    assert "<html" not in part


def test_people_who_never_answered_are_no_annotators(project: Project) -> None:
    annotate(project, ["joke", "news"])
    for name in ("dan", "eve", "fay"):
        project.annotators.create(name=name)
    set_aside = project.annotators.get(name="ann-2")
    set_aside.standing = "excluded"
    set_aside.save(update_fields=["standing"])

    facts = stage(project, "annotate").said.facts

    assert facts[:2] == ("by 1 annotator", "3 more let in, no answer yet")
    assert stage(project, "agree").step.count == "1 annotator"


def test_agreement_is_not_done_before_two_people_have_judged_the_same_text(
    project: Project,
) -> None:
    examples = [make_example(project) for _ in range(2)]
    for example in examples:
        annotate(project, ["joke"], example=example)

    before = stage(project, "agree")
    further = project.rounds.create(number=2, front="label_studio", overlap=1)
    task = further.tasks.create(example=examples[0])
    task.annotations.create(
        annotator=project.annotators.create(name="bob"), label=project.labels.first()
    )
    after = stage(project, "agree")

    assert (before.step.state, before.said.facts) == ("later", ("no text has two votes yet",))
    assert (after.step.state, after.said.facts) == ("done", ())
