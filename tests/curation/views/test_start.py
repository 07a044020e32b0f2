"""The first steps that ask no language model."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from curation.models import FirstSteps, Membership, Project, Role, Secret
from tests.curation.pages import text_of
from tests.factories import make_example, make_member, make_project

pytestmark = pytest.mark.django_db

HOME = "/projects/jokes/start/"
CSV = "message,kind\nWin a prize now,joke\nSee you at six,News\nCall me back,odd\nBye,joke\n"


@pytest.fixture
def project() -> Project:
    return make_project("jokes", labels=("joke", "news"))


@pytest.fixture
def owner(client: Client, project: Project) -> Client:
    client.force_login(make_member(project, Role.OWNER, name="mira"))
    return client


def question(**changes: Any) -> dict[str, Any]:
    said = {"key": str(uuid.UUID(int=7)), "title": "Spam", "do": "make"}
    return said | {"label": ["Spam", "Ham", ""], "means": ["bad", "", ""]} | changes


def sent(owner: Client, content: str = CSV, name: str = "texts.csv", step: str = "data") -> Any:
    file = SimpleUploadedFile(name, content.encode())
    return owner.post(f"{HOME}{step}/", {"file": file})


def test_an_empty_list_of_projects_invites_to_a_new_one(client: Client, settings: Any) -> None:
    settings.CONCORD_SIGNUP = "openid"
    client.force_login(make_member(make_project("others"), None))

    page = text_of(client, "/")

    assert '<a class="button primary" href="/start/">New project</a>' in page


@pytest.mark.parametrize("role", [None, Role.ANNOTATOR, Role.AUDITOR])
def test_nobody_makes_a_project_who_works_in_none(
    client: Client, project: Project, role: Role | None
) -> None:
    client.force_login(make_member(project, role))

    answer = client.post("/start/", question())

    assert answer.status_code == 403
    assert "takes the role owner or researcher in another one" in answer.content.decode()
    assert "/start/" not in client.get("/").content.decode().replace("/projects/jokes", "")
    assert not Project.objects.filter(slug="spam").exists()


def test_a_question_becomes_a_project_of_whoever_asks(owner: Client) -> None:
    answer = owner.post("/start/", question())

    assert answer["Location"] == "/projects/spam/start/data/"
    made = Project.objects.get(slug="spam")
    assert made.labels.get(name="spam").description == "bad"
    assert Membership.objects.get(project=made).role == Role.OWNER


def test_a_form_sent_twice_makes_one_project(owner: Client) -> None:
    answers = [owner.post("/start/", question())["Location"] for _ in range(2)]

    assert len(set(answers)) == 1
    assert Project.objects.filter(slug__startswith="spam").count() == 1


def test_a_template_fills_in_the_form_and_says_so(owner: Client) -> None:
    page = text_of(owner, "/start/?like=sms_spam")

    assert "From a template:" in page
    assert 'value="Ordinary message"' in page
    assert owner.get("/start/?like=nothing", follow=True).status_code == 200


def test_more_labels_come_without_losing_what_was_typed(owner: Client) -> None:
    page = owner.post("/start/", question(do="more", title="")).content.decode()

    assert 'value="Ham"' in page
    assert 'aria-label="Label 6"' in page
    assert "Give it a title" not in page
    assert not FirstSteps.objects.exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title": ""}, "Give it a title"),
        ({"label": ["Spam"], "means": [""]}, "at least two labels"),
        ({"label": ["Spam", "spam"], "means": ["", ""]}, "named more than once"),
        ({"key": "nonsense"}, "Something below cannot be meant"),
        ({"like": "nothing"}, "There is no preset"),
    ],
)
def test_a_question_that_cannot_be_gets_a_sentence_and_makes_nothing(
    owner: Client, changes: dict[str, Any], said: str
) -> None:
    answer = owner.post("/start/", question(**changes))

    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert Project.objects.count() == 1


def test_the_question_is_there_again_and_can_be_changed(owner: Client, project: Project) -> None:
    page = text_of(owner, f"{HOME}question/")
    answer = owner.post(f"{HOME}question/", question(title="Jokes and news"))

    project.refresh_from_db()
    assert 'value="joke"' in page
    assert answer.status_code == 302
    assert (project.title, project.label_names()) == ("Jokes and news", ["spam", "ham"])


def test_a_file_is_shown_with_guessed_columns_before_anything_is_stored(
    owner: Client, project: Project
) -> None:
    answer = sent(owner)
    page = text_of(owner, answer["Location"])

    assert "the texts stand in “message”, the labels in “kind”" in page
    assert "Win a prize now" in page
    assert '<option value="news" selected>' in page
    assert not project.examples.exists()


def test_its_texts_are_stored_as_the_form_says(owner: Client, project: Project) -> None:
    place = sent(owner)["Location"]
    chosen = {"text": "message", "label": "kind", "value-0": "joke", "value-1": "news"}

    answer = owner.post(place, chosen, follow=True)
    again = owner.post(place, chosen, follow=True)

    page = answer.content.decode()
    assert "3 texts in the test set." in page
    assert "3 real texts in the test set." in page
    assert "not here any more" in again.content.decode()
    assert project.examples.filter(split="test").count() == 3


def test_other_columns_can_be_chosen_by_the_address(owner: Client) -> None:
    place = sent(owner)["Location"]

    page = text_of(owner, f"{place}?text=kind&label=&id=")
    wrong = owner.get(f"{place}?text=nothing", follow=True).content.decode()

    assert "the texts stand in “kind”" in page
    assert "There is no column &#x27;nothing&#x27;" in wrong


@pytest.mark.parametrize("first", ["", "easy,news\n" * 500])
def test_a_file_with_many_answers_is_shown_without_labels(owner: Client, first: str) -> None:
    rows = "".join(f"Headline number {n},answer {n}\n" for n in range(51))

    page = text_of(owner, sent(owner, f"headline,answer\n{first}{rows}")["Location"])

    assert "the texts stand in “headline”. Nothing is stored yet" in page
    assert "choose the column that holds them" in page


def test_a_text_with_half_a_character_pair_is_shown_and_refused(
    owner: Client, project: Project
) -> None:
    content = '{"text": "half \\ud83d", "label": "joke"}\n{"text": "whole", "label": "news"}\n'
    place = sent(owner, content, "texts.jsonl")["Location"]

    page = text_of(owner, place)
    refused = owner.post(place, {"text": "text", "label": "label"} | {"value-0": "joke"})

    assert "half ?" in page
    assert refused.status_code == 400
    assert "half of a character pair" in refused.content.decode()
    assert not project.examples.exists()


@pytest.mark.parametrize("content", ["{}\n", '{"text": ' + "[" * 100_000 + "\n"])
def test_a_file_without_a_row_that_can_be_read_is_told(owner: Client, content: str) -> None:
    place = sent(owner, content, "texts.jsonl")["Location"]

    answer = owner.get(place, follow=True)

    assert answer.status_code == 200
    assert "holds no row that can be read" in answer.content.decode()


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"value-0": "nonsense"}, "cannot mean"),
        ({}, "No row of texts.csv could be taken"),
        ({"label": ""}, "has no label"),
    ],
)
def test_a_choice_that_cannot_be_stores_nothing(
    owner: Client, project: Project, chosen: dict[str, str], said: str
) -> None:
    place = sent(owner)["Location"]

    answer = owner.post(place, {"text": "message", "label": "kind"} | chosen)

    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert not project.examples.exists()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [("a.xlsx", "x", "must end in .csv"), ("a.csv", "", "is empty")],
)
def test_a_file_that_is_none_is_refused(owner: Client, name: str, content: str, said: str) -> None:
    answer = sent(owner, content, name)

    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert owner.post(f"{HOME}data/", {}).status_code == 400


def test_one_can_go_on_without_real_texts_and_is_told_what_that_means(owner: Client) -> None:
    page = text_of(owner, f"{HOME}data/")
    answer = owner.post(f"{HOME}data/", {"do": "without"})

    assert "What you cannot see without real texts" in page
    assert answer["Location"] == f"{HOME}model/"
    assert owner.get(HOME)["Location"] == f"{HOME}model/"


def test_own_texts_are_put_into_the_pool(owner: Client, project: Project) -> None:
    place = sent(owner, "text\nA\nB\n", step="texts")["Location"]

    page = owner.post(place, {"text": "text"}, follow=True).content.decode()

    assert "2 texts wait to be judged." in page
    assert project.examples.filter(split="pool", source="real").count() == 2


def test_where_people_judge_is_kept(owner: Client, project: Project) -> None:
    answer = owner.post(f"{HOME}people/", {"front": "page", "overlap": "5"})

    project.refresh_from_db()
    assert answer["Location"] == f"{HOME}first/"
    assert project.overlap == 5
    assert FirstSteps.objects.get(project=project).front == "page"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"overlap": "0"}, "greater than or equal to 1"),
        ({"front": "nowhere"}, "not one of the available choices"),
        ({"front": "label_studio", "url": "fake:/tmp/x", "token": "t"}, "begins with https"),
        ({"front": "label_studio", "url": "http://10.0.0.1", "token": "t"}, "does not ask"),
        ({"front": "label_studio"}, "There is no Label Studio server yet"),
    ],
)
def test_people_who_cannot_be_asked_there_get_a_sentence(
    owner: Client, project: Project, changes: dict[str, str], said: str
) -> None:
    answer = owner.post(f"{HOME}people/", {"front": "page", "overlap": "5"} | changes)

    project.refresh_from_db()
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert project.overlap == 3
    assert not Secret.objects.exists()


def test_a_half_done_project_is_taken_up_where_it_was_left(owner: Client) -> None:
    owner.post("/start/", question())
    owner.post("/projects/spam/start/data/", {"do": "without"})

    listed = text_of(owner, "/")

    assert '<a href="/projects/spam/start/">Go on with the first steps</a>' in listed
    assert '<a href="/projects/jokes/start/">' not in listed
    assert owner.get("/projects/spam/start/")["Location"] == "/projects/spam/start/model/"


def test_a_researcher_is_offered_nothing_that_only_owners_do(
    client: Client, project: Project
) -> None:
    client.force_login(make_member(project, Role.RESEARCHER))
    make_example(project)

    for step in ("question", "people", "model"):
        assert "Only an owner of the project" in text_of(client, f"{HOME}{step}/")
