"""Pages as a reader gets them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from curation.models import Example, Project
from curation.services.report.examples import styles_of
from tests.curation.pages import text_of
from tests.factories import annotate, make_curated, make_example, make_project, make_round

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    return make_project("jokes", labels=("joke", "news"))


@pytest.fixture
def reader(admin_client: Client) -> Client:
    return admin_client


PAGES = [
    "/",
    "/projects/jokes/",
    "/projects/jokes/jobs/",
    "/projects/jokes/report/",
    "/projects/jokes/report/file/",
    "/projects/jokes/versions/1/",
    "/projects/jokes/versions/1/card/",
]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_asks_for_a_login(client: Client, path: str) -> None:
    answer = client.get(path)

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/login/")


@pytest.mark.parametrize("path", PAGES)
def test_every_page_answers_somebody_who_logged_in(
    reader: Client, project: Project, path: str
) -> None:
    make_curated(project)

    assert text_of(reader, path)


def test_logging_in_leads_to_the_projects(client: Client, django_user_model: Any) -> None:
    django_user_model.objects.create_user("mira", password="a-long-password")

    wrong = client.post("/login/", {"login": "mira", "password": "no"})
    right = client.post("/login/", {"login": "mira", "password": "a-long-password"})

    assert "The name or the password is not right" in wrong.content.decode()
    assert right.headers["Location"] == "/"


def test_logging_out_needs_a_post(reader: Client) -> None:
    assert reader.get("/logout/").status_code == 405
    assert reader.post("/logout/").headers["Location"] == "/login/"


def test_an_empty_list_teaches_how_to_begin(reader: Client) -> None:
    page = text_of(reader, "/")

    assert "make demo" in page
    assert "manage.py create_project" in page


def test_the_list_counts_each_project_for_itself(reader: Client, project: Project) -> None:
    annotate(project, ["joke", "joke", None])
    make_project("other")

    page = text_of(reader, "/")

    counts = page.split('href="/projects/jokes/"')[1].split("</dl>")[0]
    assert "<dt>text</dt><dd>1</dd>" in counts
    assert "<dt>answers</dt><dd>3</dd>" in counts
    assert "<dt>texts</dt><dd>0</dd>" in page.split('href="/projects/other/"')[1]


@pytest.mark.parametrize(
    ("stage", "said"),
    [
        ("nothing", "manage.py generate jokes"),
        ("texts", "manage.py push jokes"),
        ("sent", "Pull annotations"),
        ("judged", "manage.py curate jokes --threshold"),
        ("frozen", "Train and compare"),
    ],
)
def test_the_project_page_offers_the_next_step(
    reader: Client, project: Project, stage: str, said: str
) -> None:
    if stage in {"texts", "sent"}:
        make_example(project)
    if stage == "sent":
        target = make_round(project, front="label_studio")
        target.tasks.create(example=project.examples.get())
    if stage == "judged":
        annotate(project, ["joke", "joke", "news"])
    if stage == "frozen":
        make_curated(project)

    page = text_of(reader, "/projects/jokes/")

    assert said in page.split("Where the project stands")[1].split("</section>")[0]


def waiting_round(project: Project, example: Example, front: str, state: str) -> None:
    target = make_round(project, front=front)
    target.state = state
    target.save()
    target.tasks.create(example=example, wanted=3, due=3)


@pytest.mark.parametrize(
    ("front", "state", "said"),
    [
        ("page", "open", "See round 1"),
        ("page", "paused", "Round 1 is paused"),
        ("page", "closed", "Open a round"),
        ("simulated", "open", "manage.py simulate jokes"),
    ],
)
def test_the_next_step_is_about_the_round_that_is_at_work(
    reader: Client, project: Project, front: str, state: str, said: str
) -> None:
    waiting_round(project, make_example(project), front, state)

    page = text_of(reader, "/projects/jokes/")

    assert said in page.split("Where the project stands")[1].split("</section>")[0]


def test_an_open_round_for_people_is_not_hidden_by_a_later_one(
    reader: Client, project: Project
) -> None:
    example = make_example(project)
    for front, state in (("page", "open"), ("simulated", "open"), ("page", "closed")):
        waiting_round(project, example, front, state)

    page = text_of(reader, "/projects/jokes/")

    assert "See round 1" in page
    assert "0 of 6 answers" in page  # the closed one asks for nothing


def test_votes_of_a_simulated_crowd_are_marked(reader: Client, project: Project) -> None:
    make_curated(project, simulated=True)

    for path in ("/projects/jokes/", "/projects/jokes/versions/1/", "/projects/jokes/report/"):
        assert "Simulated crowd." in text_of(reader, path)


def test_votes_of_people_are_not_called_simulated(reader: Client, project: Project) -> None:
    make_curated(project, simulated=False)

    for path in ("/projects/jokes/", "/projects/jokes/versions/1/", "/projects/jokes/report/"):
        assert "imulated" not in text_of(reader, path)


def test_the_most_disputed_text_comes_first(reader: Client, project: Project) -> None:
    annotate(project, ["joke", "joke"], example=make_example(project, "a clear one"))
    annotate(project, ["joke", "news"], example=make_example(project, "a disputed one"))

    page = text_of(reader, "/projects/jokes/")

    assert page.index("a disputed one") < page.index("a clear one")


def test_a_strip_says_in_words_who_chose_what(reader: Client, project: Project) -> None:
    annotate(project, ["joke", None, "joke"], example=make_example(project, intended="news"))

    page = text_of(reader, "/projects/jokes/")

    assert "2 joke, 1 skipped; intended: news. joke: ann-1; joke: ann-3; skipped: ann-2" in page


def test_a_legend_tells_the_labels_of_strips_apart(reader: Client, project: Project) -> None:
    annotate(project, ["joke", "news"])

    legend = reader.get("/projects/jokes/").content.decode().split('class="legend"')[1]

    labels = [style.title for style in styles_of(project)]
    assert [title for title in labels if f"</span>{title}</li>" in legend] == labels


def test_texts_are_shown_and_never_run(reader: Client, project: Project) -> None:
    annotate(project, ["joke"], example=make_example(project, "<script>alert(1)</script>"))

    assert "<script>alert(1)" not in text_of(reader, "/projects/jokes/")


@pytest.mark.parametrize("path", ["versions/9/", "versions/1/xlsx/", "jobs/start/push/"])
def test_what_is_not_there_is_a_page_of_ours(reader: Client, project: Project, path: str) -> None:
    make_curated(project)

    answer = reader.get(f"/projects/jokes/{path}")
    if path.startswith("jobs"):
        answer = reader.post(f"/projects/jokes/{path}")

    assert answer.status_code == 404
    assert "This page does not exist" in answer.content.decode()


def test_the_web_process_loads_nothing_heavy_to_render_its_pages(tmp_path: Path) -> None:
    program = """
import sys, django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.contrib.auth.models import User
from django.test import Client
from tests.factories import annotate, make_project
project = make_project("jokes")
annotate(project, ["joke", "news"])
reader = Client(headers={"host": "localhost"})
reader.force_login(User.objects.create_user("mira", is_superuser=True))
for path in ("/", "/projects/jokes/", "/projects/jokes/jobs/", "/projects/jokes/report/"):
    answer = reader.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
heavy = ["torch", "transformers", "crowdkit", "label_studio_sdk", "openai"]
print([name for name in heavy if name in sys.modules])
"""
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'child.sqlite3'}",
        "CONCORD_HOME": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "curation.settings",
    }

    asked = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert asked.stdout.strip() == "[]", asked.stderr
