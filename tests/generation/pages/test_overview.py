from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from curation.endpoints.policy import Endpoints
from curation.models import Job, Project
from generation.models import Attribute, GenerationRun
from tests.factories import make_example
from tests.generation.pages.asking import HOME, LOCAL, filled_in, make_run, page_of
from tests.generation.recordings import numbered_texts, write_recording

pytestmark = pytest.mark.django_db

PATHS = ["", "runs/1/", "runs/1/now/", "runs/1/drafts/", "runs/1/mismatches/", "mismatches/",
         "attributes/"]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_every_page_asks_for_a_login(client: Client, project: Project, path: str) -> None:
    make_run(project)

    assert client.get(f"{HOME}{path}").headers["Location"].startswith("/login/")


@pytest.mark.parametrize("path", PATHS)
def test_every_page_answers(reader: Client, project: Project, path: str) -> None:
    make_run(project)

    assert page_of(reader, path)


def test_the_page_begins_with_how_far_everything_is(reader: Client, project: Project) -> None:
    make_run(project, 1, accepted=60, spent=10**8)
    make_run(project, 2, accepted=100, spent=10**8, status="successful", price={})

    page = page_of(reader)

    assert "160 of 200 texts asked for are accepted, from 2 runs; 0.10 USD spent so far" in page
    assert "what 1 run cost is not known" in page


def test_a_project_without_runs_is_told_what_will_stand_here(
    reader: Client, project: Project
) -> None:
    page = page_of(reader)

    assert "No language model has written for this project yet." in page
    assert "Runs stand here" in page


def test_older_runs_are_on_pages_of_their_own(reader: Client, project: Project) -> None:
    for number in range(1, 24):
        make_run(project, number, fingerprint=f"{number:064}")

    assert "?before=4" in page_of(reader)
    older = page_of(reader, "?before=4")
    assert "Run 3<" in older
    assert "Run 4<" not in older


def test_the_form_is_filled_in_with_the_projects_own_words(
    reader: Client, project: Project
) -> None:
    project.writing = {"style": "tweets", "words": [8, 28]}
    project.save()

    page = page_of(reader)

    assert 'value="tweets"' in page
    assert 'name="most" value="28"' in page


def test_the_key_is_named_and_never_shown(
    reader: Client, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "No key is set" in page_of(reader)

    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    page = page_of(reader)

    assert "<code>OPENAI_API_KEY</code> is set" in page
    assert "sk-secret" not in page


def test_looking_first_shows_prompts_and_money_and_changes_nothing(
    reader: Client, project: Project
) -> None:
    sent = filled_in(project, action="look", price_sent="1", price_written="2", count=50)

    page = reader.post(HOME, sent).content.decode()

    assert "First prompt for" in page
    assert "Likely " in page
    assert "USD" in page.split("What would be asked</h3>")[1].split("</section>")[0]
    assert 'name="count" value="50"' in page
    assert not GenerationRun.objects.exists()
    assert not Job.objects.exists()


def test_starting_leads_to_the_place_where_the_job_waits(reader: Client, project: Project) -> None:
    answer = reader.post(HOME, filled_in(project, action="start", count=50))

    job = Job.objects.get()
    assert answer.headers["Location"] == f"{HOME}started/{job.pk}/#main"
    assert job.params == {
        "provider": "openai",
        "method": "zero_shot",
        "count": 50,
        "seed": 0,
        "model": "tiny",
        "base_url": LOCAL,
    }
    assert "The job waits for a worker" in page_of(reader, f"started/{job.pk}/")


def test_a_waiting_job_gives_way_to_its_run(reader: Client, project: Project) -> None:
    reader.post(HOME, filled_in(project, action="start"))
    job = Job.objects.get()
    make_run(project, 7, wish=job.params)
    Job.objects.update(state=Job.State.RUNNING)

    answer = reader.get(f"{HOME}started/{job.pk}/")

    assert answer.headers["Location"] == f"{HOME}runs/7/"


def test_a_job_that_could_not_begin_says_why(reader: Client, project: Project) -> None:
    job = Job.objects.create(
        project=project, kind="generate", state="failed", error="No key for you.", params={}
    )

    assert "No key for you." in page_of(reader, f"started/{job.pk}/")


def test_a_second_click_is_not_a_second_job(reader: Client, project: Project) -> None:
    for _ in range(2):
        reader.post(HOME, filled_in(project, action="start"))

    assert Job.objects.count() == 1


def test_what_was_typed_is_what_the_job_is_told(reader: Client, project: Project) -> None:
    Attribute.objects.create(project=project, name="persona", values=["a nurse"])
    sent = filled_in(
        project, action="start", method="attributes", attributes=["persona"], style="jokes",
        fewest=3, most=9, cap="2.50", price_sent="0.15", price_written="0.6", parallel=4,
        near="0.9", label_last="on",
    )  # fmt: skip
    del sent["giveaway"]

    reader.post(HOME, sent)

    params = Job.objects.get().params
    assert params["options"] == {
        "style": "jokes",
        "words": [3, 9],
        "attributes": ["persona"],
        "label_last": True,
    }
    assert params["checks"] == {"near": 0.9, "giveaway": False}
    assert (params["cap"], params["price"], params["parallel"]) == ("2.50", ["0.15", "0.6"], 4)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"method": "few_shot"}, "5 real examples of label"),
        ({"method": "topic"}, "no values for &#x27;topic&#x27;"),
        ({"model": ""}, "Name the model"),
        ({"count": "0"}, "greater than or equal to 1"),
        ({"fewest": "9", "most": "3"}, "cannot have 9 to 3 words"),
        ({"fewest": "", "most": "3"}, "Give the fewest and the most words"),
        ({"base_url": "http://user:pass@host/v1"}, "with the key in it"),
        ({"base_url": "ftp://host"}, "is not an address"),
        ({"base_url": "https://api.openai.com/v1", "cap": "1"}, "a cap cannot be kept"),
        ({"price_sent": "1"}, "A price is two amounts"),
        ({"cap": "much"}, "Enter a number"),
        ({"near": "0.2"}, "must be 0 or 0.5 to 1"),
        ({"seed": "9" * 30}, "too large"),
        ({"method": "failure"}, "Select a valid choice"),
        ({"provider": "transformers"}, "Select a valid choice"),
        ({"style": "a\x00b"}, "Null characters are not allowed"),
    ],
)
@pytest.mark.parametrize("action", ["look", "start"])
def test_what_cannot_be_meant_gets_a_sentence_and_nothing_typed_is_lost(
    reader: Client, project: Project, action: str, wrong: dict[str, Any], said: str
) -> None:
    sent = filled_in(project, action=action, context="Imagine a club.") | wrong

    answer = reader.post(HOME, sent)
    page = answer.content.decode()

    assert answer.status_code == 400
    assert said in page
    assert "Imagine a club." in page
    assert not Job.objects.exists()


def test_the_key_is_sent_only_where_the_operator_allowed_it(
    reader: Client, project: Project, settings: Any
) -> None:
    sent = filled_in(project, action="start", base_url="https://llm.example/v1")

    refused = reader.post(HOME, sent)
    make_run(project, base_url="https://llm.example/v1")
    still_refused = reader.post(HOME, sent)
    settings.CONCORD_ENDPOINTS = Endpoints(allowed=frozenset({"llm.example"}))
    taken = reader.post(HOME, sent)

    assert "CONCORD_ALLOWED_ENDPOINTS=llm.example" in refused.content.decode()
    assert still_refused.status_code == 400
    assert taken.status_code == 302


def test_recorded_answers_are_read_from_the_data_folder_only(
    reader: Client, project: Project, concord_home: Path, recording: Path
) -> None:
    turns = {label: numbered_texts(label, turns=1, per_turn=5) for label in ("joke", "news")}
    write_recording(concord_home / "own.jsonl", turns)
    (concord_home / "secret_key").write_text("secret")
    (concord_home / "link.jsonl").symlink_to(recording)
    sent = filled_in(project, action="start", provider="recorded")

    for path in ("../jokes.jsonl", str(recording), "secret_key", "link.jsonl", "none.jsonl"):
        answer = reader.post(HOME, sent | {"recordings": path})
        assert answer.status_code == 400, path
        assert "in the data folder" in answer.content.decode()
    taken = reader.post(HOME, sent | {"recordings": "own.jsonl"})

    assert taken.status_code == 302
    assert Job.objects.get().params["recordings"] == str(concord_home / "own.jsonl")


def test_more_can_be_asked_for_on_the_terms_of_a_run(reader: Client, project: Project) -> None:
    wish = {"provider": "openai", "method": "topic", "count": 70, "seed": 5, "cap": "1.5",
            "options": {"style": "riddles"}, "price": ["3", "4"]}  # fmt: skip
    make_run(project, 4, wish=json.loads(json.dumps(wish)))

    page = page_of(reader, "?like=4")

    for field in ('value="riddles"', 'name="count" value="70"', 'name="cap" value="1.5"'):
        assert field in page
    assert page_of(reader, "?like=99")
    assert page_of(reader, "?like=x")
    assert page_of(reader, "?before=" + "9" * 5000)


def test_advice_names_the_fields_of_the_form(reader: Client, project: Project) -> None:
    shots = reader.post(HOME, filled_in(project, action="look", method="few_shot"))
    topic = reader.post(HOME, filled_in(project, action="look", method="topic"))

    assert "“Real texts shown”" in shots.content.decode()
    assert "Write the list here, or have it written" in topic.content.decode()


def test_a_form_from_elsewhere_starts_nothing(project: Project, admin_user: Any) -> None:
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(admin_user)

    assert careful.post(HOME, filled_in(project, action="start")).status_code == 403
    assert not Job.objects.exists()


def test_the_rail_leads_here(reader: Client, project: Project) -> None:
    make_example(project)

    assert f'href="{HOME}"' in reader.get("/projects/jokes/").content.decode()
