"""Rounds for those who run them."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from curation.models import AnnotationRound, Participation, Project, StrayAnswer
from curation.services.annotating.joining import worker_name
from tests.curation.annotate.visiting import give, make_page_round
from tests.curation.pages import text_of
from tests.factories import annotate, make_example, make_project, make_round

pytestmark = pytest.mark.django_db

HOME = "/projects/jokes/rounds/"


@pytest.fixture
def reader(admin_client: Client) -> Client:
    return admin_client


@pytest.fixture
def project() -> Project:
    project = make_project("jokes", overlap=3)
    for number in range(4):
        make_example(project, f"text {number}")
    return project


def open_one(reader: Client, **fields: Any) -> Any:
    return reader.post(f"{HOME}new/", {"overlap": 3} | fields)


def link_on(page: str) -> str:
    found = re.search(r"<code[^>]*>(http://testserver/annotate/join/[^<]+)</code>", page)
    assert found is not None
    return unescape(found[1]).removeprefix("http://testserver")


@pytest.mark.parametrize("path", ["", "new/", "1/"])
def test_pages_about_rounds_ask_for_a_login(client: Client, project: Project, path: str) -> None:
    make_round(project)

    assert client.get(HOME + path).headers["Location"].startswith("/login/")


def test_an_empty_list_says_what_belongs_there(reader: Client, project: Project) -> None:
    assert "No round yet." in text_of(reader, HOME)


def test_a_round_is_opened_with_what_was_said(reader: Client, project: Project) -> None:
    answer = open_one(
        reader, overlap=5, first=2, gamma=0.75, confidence=0.95, answers_each=40,
        worker_parameter="PROLIFIC_PID", completion_url="https://app.prolific.com/?cc=C1",
        consent="You may stop.", lease_minutes=5, most_skips=2,
    )  # fmt: skip

    target = project.rounds.get()
    assert answer.headers["Location"] == f"{HOME}1/"
    assert (target.front, target.overlap, target.first_overlap) == ("page", 5, 2)
    assert (target.gamma, target.confidence, target.answers_each) == (0.75, 0.95, 40)
    assert (target.lease_seconds, target.most_skips) == (300, 2)
    assert target.worker_parameter == "PROLIFIC_PID"
    assert target.consent == "You may stop."
    assert target.tasks.count() == 4


def test_what_is_left_empty_follows_the_project(reader: Client, project: Project) -> None:
    open_one(reader, gamma=0.9)

    target = project.rounds.get()
    assert (target.first_overlap, target.gamma, target.lease_seconds) == (None, None, 900)
    assert target.completion_code == ""


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"overlap": 0}, "greater than or equal to 1"),
        ({"overlap": ""}, "This field is required"),
        ({"first": 4}, "The first 4 votes are not within the overlap of 3"),
        ({"first": 2, "confidence": 0.3}, "The confidence is 0.3"),
        ({"gold": 0.4, "repeat": 0.4}, "add up to 0.8 of all tasks"),
        ({"gold": 0.1}, "no texts with known answers"),
        ({"completion_url": "ftp://example.org/"}, "begins with https:// or http://"),
        ({"completion_url": "javascript:alert(1)"}, "Enter a valid URL"),
        ({"worker_parameter": "a&b=c"}, "A parameter is one word"),
    ],
)
def test_a_round_that_cannot_be_held_is_not_opened(
    reader: Client, project: Project, fields: dict[str, Any], sentence: str
) -> None:
    answer = open_one(reader, **fields)

    assert answer.status_code == 400
    assert sentence in unescape(answer.content.decode())
    assert not project.rounds.exists()


def test_a_project_without_texts_says_so(reader: Client) -> None:
    make_project("jokes")

    answer = open_one(reader)

    assert "has no texts to judge" in unescape(answer.content.decode())


def test_the_list_tells_how_far_each_round_is(reader: Client) -> None:
    target = make_page_round()
    give(reader, target, key="0" * 32, label="joke")
    reader.get(f"/annotate/{target.key}/")
    give(reader, target, label="joke")
    annotate(make_project("other"), ["joke"])
    make_round(target.project, front="label_studio")
    AnnotationRound.objects.filter(number=2, project=target.project).update(
        trouble="The server did not answer."
    )

    page = text_of(reader, HOME)

    assert "1 of 12 answers" in page
    assert "3 votes for each text" in page
    assert "by 1 person" in page
    assert "The server did not answer." in page
    assert page.index("Round 2") < page.index("Round 1")


def test_a_round_shows_who_takes_part_what_was_kept_aside_and_the_newest_votes(
    reader: Client,
) -> None:
    target = make_page_round("<b>only</b> text")
    reader.get(f"/annotate/{target.key}/")
    give(reader, target, label="joke")
    StrayAnswer.objects.create(
        round=target, remote_task=1, remote_id=1, annotator="a", reason="late"
    )

    page = text_of(reader, f"{HOME}1/")

    assert Participation.objects.get().annotator.name in page
    assert "came after others had given all answers" in page
    assert "&lt;b&gt;only&lt;/b&gt; text" in page
    assert "1 joke, 2 still due" in page
    assert "1 in the busiest" in page


def test_the_link_on_the_page_lets_people_in(reader: Client, client: Client) -> None:
    target = make_page_round(worker_parameter="workerId")

    link = link_on(text_of(reader, f"{HOME}1/?days=7"))
    answer = Client().get(link.replace("=ID", "=w1"))

    assert link.endswith("/?workerId=ID")
    assert answer.headers["Location"] == f"/annotate/{target.key}/"


def test_prolific_fills_the_link_by_itself(reader: Client) -> None:
    make_page_round(worker_parameter="PROLIFIC_PID")

    assert link_on(text_of(reader, f"{HOME}1/")).endswith("?PROLIFIC_PID={{%PROLIFIC_PID%}}")


@pytest.mark.parametrize("days", ["0", "-3", "many", "99999999999999", "²"])
def test_a_life_time_that_cannot_be_meant_is_the_usual_one(reader: Client, days: str) -> None:
    make_page_round()

    page = text_of(reader, f"{HOME}1/?days={days}")

    assert "for 30 days" in page or "for 365 days" in page


def test_somebody_is_invited_by_a_link_of_their_own(reader: Client) -> None:
    target = make_page_round(invited_only=True)

    page = reader.post(f"{HOME}1/", {"do": "link", "worker": "mira"}).content.decode()
    answer = Client().get(link_on(page))

    assert answer.headers["Location"] == f"/annotate/{target.key}/"
    assert Participation.objects.get().annotator.name == worker_name(target, "mira")


@pytest.mark.parametrize(
    ("action", "state"), [("pause", "paused"), ("close", "closed"), ("reopen", "open")]
)
def test_a_round_is_paused_closed_and_opened_again(reader: Client, action: str, state: str) -> None:
    make_page_round()

    reader.post(f"{HOME}1/", {"do": action})

    assert AnnotationRound.objects.get().state == state


def test_withdrawing_makes_old_links_void(reader: Client) -> None:
    make_page_round(worker_parameter="workerId")
    link = link_on(text_of(reader, f"{HOME}1/")).replace("=ID", "=w1")

    page = reader.post(f"{HOME}1/", {"do": "withdraw"}, follow=True).content.decode()

    assert "All links given out so far are void" in page
    assert Client().get(link).status_code == 410


def test_texts_that_came_later_are_added(reader: Client, project: Project) -> None:
    open_one(reader)
    make_example(project, "a late one")

    before = text_of(reader, f"{HOME}1/")
    reader.post(f"{HOME}1/", {"do": "refill"})

    assert "Add 1 new text<" in before
    assert project.rounds.get().tasks.count() == 5


def test_a_wish_nobody_can_have_is_a_sentence(reader: Client) -> None:
    make_page_round()

    page = reader.post(f"{HOME}1/", {"do": "explode"}, follow=True).content.decode()

    assert "A round cannot be" in page
    assert AnnotationRound.objects.get().state == "open"


def test_a_round_of_imported_votes_has_a_page_too(reader: Client, project: Project) -> None:
    annotate(project, ["joke", "news", None])

    page = text_of(reader, f"{HOME}1/")

    assert "3 answers by 3 people" in page
    assert "Give it out" not in page


def test_a_round_that_is_not_there_is_a_page_of_ours(reader: Client, project: Project) -> None:
    assert reader.get(f"{HOME}9/").status_code == 404


def test_the_project_page_leads_to_the_built_in_page(reader: Client, project: Project) -> None:
    before = text_of(reader, "/projects/jokes/")
    open_one(reader)
    after = text_of(reader, "/projects/jokes/")

    assert f'href="{HOME}new/">Open a round</a>' in before
    assert f'href="{HOME}1/">See round 1</a>' in after
    assert f'href="{HOME}"' in after
