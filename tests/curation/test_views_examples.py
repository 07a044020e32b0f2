"""The table of texts, one text, and what is done with chosen ones."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from curation.models import Membership, Project, Role, SetAside
from curation.services.predictions import NewPrediction, attach_predictions
from tests.curation.pages import text_of
from tests.factories import annotate, make_curated, make_example, make_project

pytestmark = pytest.mark.django_db
TABLE, ACT = "/projects/jokes/examples/", "/projects/jokes/table/act/"


@pytest.fixture
def project() -> Project:
    return make_project("jokes", labels=("joke", "news"))


@pytest.fixture
def reader(admin_client: Client) -> Client:
    return admin_client


def body(reader: Client, path: str, *, status: int) -> str:
    answer = reader.get(path)
    assert answer.status_code == status, path
    return answer.content.decode()


def test_an_empty_table_says_what_belongs_here(reader: Client, project: Project) -> None:
    page = text_of(reader, TABLE)

    assert "Every text of the project stands here with its votes" in page
    assert "import_examples jokes FILE" in page


def test_the_table_shows_votes_and_says_what_was_asked(reader: Client, project: Project) -> None:
    example = make_example(project, "Knock knock", name="g1/zero_shot/joke/0", intended="joke")
    annotate(project, ["news", "news", "joke"], example=example)
    make_example(project, "unjudged", name="other")

    page = text_of(reader, f"{TABLE}?intended=joke&differs=yes&order=disputed")

    assert "1 text" in page
    assert (
        "meant to be joke, votes differ from the intended label; most disputed first (texts" in page
    )
    assert "Knock knock" in page
    assert "2 news, 1 joke; intended: joke" in page
    assert "0.67" in page
    assert "unjudged" not in page
    assert 'href="/projects/jokes/examples/?intended=joke&amp;order=disputed"' in page


def test_pages_follow_one_another_by_key(reader: Client, project: Project) -> None:
    for number in range(60):
        make_example(project, f"text number {number:02}")

    first = text_of(reader, TABLE)
    assert "text number 59" in first
    assert "text number 09" not in first
    assert "data-count" in first
    address = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = text_of(reader, address)

    assert "text number 09" in second
    assert "text number 59" not in second
    assert "Back to the first" in second


def test_texts_are_counted_when_the_page_asks(reader: Client, project: Project) -> None:
    make_example(project, intended="joke")

    assert text_of(reader, "/projects/jokes/table/count/?intended=joke") == "1 text"
    assert body(reader, "/projects/jokes/table/count/?intended=x", status=400).startswith("Label")


def test_hostile_texts_are_shown_as_text(reader: Client, project: Project) -> None:
    make_example(project, "<script>alert(1)</script> {{ x }}", name="a&b'<i>")

    page = text_of(reader, f"{TABLE}?text=%3Cscript%3E")

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ x }}" in page
    assert "alert(1)" in text_of(reader, "/projects/jokes/examples/a&b'<i>/")


@pytest.mark.parametrize(
    "query",
    ["label=poem", "votes_from=-1", "votes_from=²", "after=x", "order=x", "agreement_to=x",
     "version=9", "text=%00", "differs=maybe", "run=99999999999999999999"],
)  # fmt: skip
def test_what_cannot_be_meant_is_said_in_a_sentence(
    reader: Client, project: Project, query: str
) -> None:
    page = body(reader, f"{TABLE}?{query}", status=400)

    assert 'role="alert"' in page
    assert "Show all texts" in page


def test_old_filters_say_how_old_they_are(
    reader: Client, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    annotate(project, ["joke"])
    text_of(reader, TABLE)
    monkeypatch.setattr("curation.services.summaries.AT_ONCE", 1)
    for _ in range(3):
        annotate(project, ["news"])

    page = text_of(reader, TABLE)

    assert "more than 1 answers came since" in page
    assert "Count anew" in page


def test_one_text_tells_its_whole_story(reader: Client, project: Project) -> None:
    make_curated(project)
    attach_predictions(
        project, "training:1", [NewPrediction(example="joke-3", probs={"news": 1.0})]
    )

    page = text_of(reader, "/projects/jokes/examples/joke-3/")

    assert "dropped: below γ" in page
    assert "ann-2" in page
    assert "training:1" in page
    drawer = text_of(reader, "/projects/jokes/examples/joke-3/?part=drawer")
    assert "<html" not in drawer
    assert "training:1" in drawer


def test_an_unknown_text_is_not_found(reader: Client, project: Project) -> None:
    assert reader.get("/projects/jokes/examples/nothing/").status_code == 404


def test_texts_are_set_aside_after_a_second_look(reader: Client, project: Project) -> None:
    keys = [make_example(project, name=name).pk for name in "ab"]
    asked = {"do": "aside", "key": keys[:1], "query": "split=pool"}

    looked = reader.post(ACT, asked)
    assert "Set 1 text aside" in looked.content.decode()
    assert not SetAside.objects.exists()
    refused = reader.post(ACT, {**asked, "sure": "yes", "reason": " "})
    assert (refused.status_code, SetAside.objects.count()) == (400, 0)
    done = reader.post(ACT, {**asked, "sure": "yes", "reason": "an advertisement"}, follow=True)

    assert done.redirect_chain == [(f"{TABLE}?split=pool", 302)]
    assert "1 text set aside" in done.content.decode()
    assert SetAside.objects.get().by == "admin"
    assert "an advertisement" in text_of(reader, "/projects/jokes/examples/a/")


def test_all_that_were_found_are_sent_to_annotators(reader: Client, project: Project) -> None:
    for _ in range(3):
        make_example(project, intended="joke")
    make_example(project, intended="news")
    asked = {"do": "send", "which": "found", "query": "intended=joke", "overlap": "2"}

    looked = reader.post(ACT, asked)
    done = reader.post(ACT, {**asked, "sure": "yes"}, follow=True)

    assert "Open a round of 3 texts" in looked.content.decode()
    assert done.redirect_chain == [("/projects/jokes/rounds/1/", 302)]
    assert project.rounds.get().tasks.count() == 3


def test_nothing_chosen_is_said_and_changes_nothing(reader: Client, project: Project) -> None:
    answer = reader.post(ACT, {"do": "aside", "key": ["x", "-1"]}, follow=True)

    assert "No text of this project was chosen" in answer.content.decode()
    assert reader.post(ACT, {"do": "burn"}).status_code == 404


def test_files_hold_what_the_filter_means(reader: Client, project: Project) -> None:
    make_example(project, name="a", intended="joke")
    make_example(project, name="b", intended="news")

    table = text_of(reader, "/projects/jokes/table/file/csv/?intended=joke")

    assert [line.split(",")[0] for line in table.splitlines()] == ["id", "a"]
    assert reader.get("/projects/jokes/table/file/xls/").status_code == 404
    assert reader.get("/projects/jokes/table/file/csv/?label=x").status_code == 400


def test_an_auditor_reads_and_cannot_act(client: Client, project: Project) -> None:
    auditor = User.objects.create_user("aud")
    Membership.objects.create(project=project, user=auditor, role=Role.AUDITOR)
    key = make_example(project).pk
    client.force_login(auditor)

    page = text_of(client, TABLE)

    assert "Set aside</button>" not in page
    assert client.post(ACT, {"do": "aside", "key": key}).status_code == 403


def test_strangers_find_no_table(client: Client, project: Project) -> None:
    client.force_login(User.objects.create_user("stranger"))

    assert client.get(TABLE).status_code == 404


def test_the_project_page_leads_to_the_table(reader: Client, project: Project) -> None:
    assert TABLE in text_of(reader, "/projects/jokes/")
