from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from curation.models import Job, Project
from generation.models import Attribute
from tests.generation.pages.asking import HOME, LOCAL, make_call, make_draft, make_run, page_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def topics(project: Project) -> Attribute:
    return Attribute.objects.create(
        project=project, name="topic", values=["trains", "tea"], written_by="tiny"
    )


def test_lists_are_shown_with_how_many_texts_each_value_got(
    reader: Client, project: Project, topics: Attribute
) -> None:
    call = make_call(make_run(project), cell={"topic": "tea"})
    make_draft(call, "One.")
    make_draft(call, "Two.")
    make_draft(call, "No.", "duplicate")

    page = page_of(reader, "attributes/")

    assert "2 values, written by tiny" in page
    assert '<span>tea</span> <span class="soft number">2</span>' in page
    assert '<span>trains</span> <span class="soft number">0</span>' in page
    assert "One list serves all labels" in page


def test_a_list_can_be_edited_added_and_removed(
    reader: Client, project: Project, topics: Attribute
) -> None:
    reader.post(f"{HOME}attributes/", {"name": "topic", "values": "tea\r\n\r\nnight markets\n"})
    reader.post(f"{HOME}attributes/", {"name": "persona", "values": "a nurse"})

    stored = dict(Attribute.objects.values_list("name", "values"))
    assert stored == {"topic": ["tea", "night markets"], "persona": ["a nurse"]}

    reader.post(f"{HOME}attributes/remove/", {"name": "topic"})
    again = reader.post(f"{HOME}attributes/remove/", {"name": "topic"}, follow=True)

    assert "no list of &#x27;topic&#x27;" in again.content.decode()
    assert Attribute.objects.get().name == "persona"


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"name": "topic", "values": "  \n "}, "This field is required"),
        ({"name": "topic", "values": "x" * 201}, "shorten"),
        ({"name": "", "values": "kept words"}, "This field is required"),
        ({"name": "new", "values": "kept words\n" + "y" * 201}, "shorten"),
    ],
)
def test_a_list_that_cannot_be_stored_gets_a_sentence_and_is_not_lost(
    reader: Client, topics: Attribute, sent: dict[str, str], said: str
) -> None:
    answer = reader.post(f"{HOME}attributes/", sent)
    page = answer.content.decode()

    assert answer.status_code == 400
    assert said in page
    assert sent["values"].strip() in page
    topics.refresh_from_db()
    assert topics.values == ["trains", "tea"]


def test_a_list_is_written_by_a_job(reader: Client, project: Project) -> None:
    sent = {"name": "topic", "n_values": 20, "model": "tiny", "base_url": LOCAL, "seed": 3}

    answer = reader.post(f"{HOME}attributes/write/", sent)

    job = Job.objects.get()
    assert answer.headers["Location"] == f"{HOME}started/{job.pk}/"
    assert job.kind == "attribute_values"
    assert job.params == {**sent, "provider": "openai"}
    assert "A list of topic" in page_of(reader, f"started/{job.pk}/")
    assert "A list of 20 values of" in page_of(reader, "attributes/")


@pytest.mark.parametrize("wrong", [{"n_values": 0}, {"model": ""}, {"base_url": "nowhere"}])
def test_a_list_that_cannot_be_asked_for_gets_a_sentence(
    reader: Client, project: Project, wrong: dict[str, Any]
) -> None:
    sent = {"name": "topic", "n_values": 20, "model": "tiny", "base_url": LOCAL} | wrong

    answer = reader.post(f"{HOME}attributes/write/", sent)

    assert answer.status_code == 400
    assert "banner wrong" in answer.content.decode()
    assert not Job.objects.exists()
