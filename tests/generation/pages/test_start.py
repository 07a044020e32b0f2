"""The first steps that ask a language model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client

from curation.jobs import run_job
from curation.models import AnnotationRound, AuditEntry, FirstSteps, Job, Project, Secret
from curation.services.first_steps.standing import note
from curation.services.secrets import secret_for
from generation.models import GenerationRun
from tests.curation.pages import text_of
from tests.factories import make_example
from tests.generation.pages.asking import make_run
from tests.generation.scripted_server import ScriptedServer, refused, said, serving, texts

pytestmark = pytest.mark.django_db

HOME = "/projects/jokes/start/"
WRITTEN = ("A first text of some words.", "A second text of some words.", "And a third one, too.")
KEY = "sk-typed-by-somebody-1234"


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with serving([texts(*WRITTEN)]) as script:
        yield script


def wish(server: ScriptedServer, **changes: str) -> dict[str, str]:
    return {"base_url": server.base_url, "model": "tiny", "do": "try"} | changes


def chosen(project: Project, server: ScriptedServer) -> None:
    note(project, writer={"base_url": server.base_url, "model": "tiny"})


def test_a_trial_asks_once_and_shows_what_came_and_what_it_cost(
    reader: Client, project: Project, server: ScriptedServer
) -> None:
    price = {"price_sent": "1000", "price_written": "2000", "currency": "EUR"}

    answer = reader.post(f"{HOME}model/", wish(server, key=KEY, **price))
    page = text_of(reader, answer["Location"])

    assert len(server.requests) == 1
    assert server.keys == [f"Bearer {KEY}"]
    assert WRITTEN[0] in page
    assert "0.050 EUR" in page  # 10 tokens sent and 20 written
    assert "10 tokens sent and 20 written" in page
    assert secret_for("llm_key", server.base_url, project=project) == KEY
    assert KEY not in page
    assert not GenerationRun.objects.exists()
    assert AuditEntry.objects.get(what="model.tried").object == "tiny"


def test_a_server_on_this_machine_costs_nothing_and_needs_no_key(
    reader: Client, project: Project, server: ScriptedServer
) -> None:
    page = reader.post(f"{HOME}model/", wish(server), follow=True).content.decode()

    assert "It cost nothing" in page
    assert not Secret.objects.exists()


def test_an_answer_that_is_no_list_of_texts_is_shown_as_it_is(
    reader: Client, project: Project
) -> None:
    with serving([said('{"poem": 3}')]) as server:
        page = reader.post(f"{HOME}model/", wish(server), follow=True).content.decode()

    assert "not with a list of texts" in page
    assert "{&quot;poem&quot;: 3}" in page


def test_a_trial_that_fails_gets_a_sentence_and_keeps_nothing(
    reader: Client, project: Project
) -> None:
    with serving([refused(401, "wrong key")]) as server:
        answer = reader.post(f"{HOME}model/", wish(server, key=KEY))

    page = answer.content.decode()
    assert answer.status_code == 400
    assert "refused the key (401)" in page
    assert 'value="tiny"' in page
    assert KEY not in page
    assert not Secret.objects.exists()
    assert not FirstSteps.objects.exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"model": ""}, "Name the model"),
        ({"base_url": ""}, "Give the address"),
        ({"base_url": "nonsense"}, "is not an address"),
        ({"base_url": "http://10.1.2.3/v1"}, "does not ask"),
        ({"base_url": "https://api.openai.com/v1", "do": "keep"}, "No key for"),
        ({"price_sent": "1"}, "A price is two amounts"),
        ({"currency": "euro"}, "three capital letters"),
        ({"key": "ключ", "do": "keep"}, "This is no key"),
        ({"key": "ключ"}, "This is no key"),
    ],
)
def test_a_model_that_cannot_be_asked_gets_a_sentence(
    reader: Client,
    project: Project,
    server: ScriptedServer,
    changes: dict[str, str],
    sentence: str,
) -> None:
    answer = reader.post(f"{HOME}model/", wish(server) | changes)

    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert server.requests == []
    assert not FirstSteps.objects.exists()


def test_while_a_trial_is_on_its_way_no_second_one_is_paid(
    reader: Client, project: Project, server: ScriptedServer
) -> None:
    caches["shared"].add(f"trying:{project.pk}", "1")

    answer = reader.post(f"{HOME}model/", wish(server))

    assert "on its way already" in answer.content.decode()
    assert server.requests == []


def test_a_model_can_be_kept_untried(
    reader: Client, project: Project, server: ScriptedServer
) -> None:
    answer = reader.post(f"{HOME}model/", wish(server, do="keep"))

    assert answer["Location"] == f"{HOME}people/"
    assert FirstSteps.objects.get(project=project).writer["model"] == "tiny"
    assert server.requests == []


def test_without_a_model_and_texts_the_last_step_leads_to_both(
    reader: Client, project: Project
) -> None:
    page = text_of(reader, f"{HOME}first/")
    answer = reader.post(f"{HOME}first/", {"count": "50"})

    assert f'href="{HOME}model/"' in page
    assert f'href="{HOME}texts/"' in page
    assert answer.status_code == 400
    assert not Job.objects.exists()


def test_the_plan_tells_calls_tokens_and_cost_and_asks_nothing(
    reader: Client, project: Project, server: ScriptedServer
) -> None:
    price = {"price": ["1000", "2000"], "currency": "EUR"}
    note(project, writer={"base_url": server.base_url, "model": "tiny", **price})

    answer = reader.post(f"{HOME}first/", {"count": "20", "do": "reckon"})
    page = text_of(reader, answer["Location"])

    assert "Likely" in page
    assert "EUR" in page
    assert 'name="count" value="20"' in page
    assert 'name="cap" value="' in page
    assert server.requests == []
    assert not Job.objects.exists()
    assert 'value="50"' in text_of(reader, f"{HOME}first/?count=nonsense")


def test_one_button_starts_one_job(
    reader: Client, project: Project, server: ScriptedServer
) -> None:
    chosen(project, server)

    for _ in range(2):
        answer = reader.post(f"{HOME}first/", {"count": "4"})

    page = text_of(reader, answer["Location"])
    assert Job.objects.get().params["count"] == 4
    assert "data-active" in page
    assert "wait for a worker, and none is at work" in page
    assert "Have them written" not in page


@pytest.mark.parametrize("sent", [{"count": "x"}, {"count": "1"}, {"count": "4", "cap": "-1"}])
def test_a_number_that_cannot_be_starts_nothing(
    reader: Client, project: Project, server: ScriptedServer, sent: dict[str, str]
) -> None:
    chosen(project, server)

    answer = reader.post(f"{HOME}first/", sent)

    assert answer.status_code == 400
    assert "nothing was started" in answer.content.decode()
    assert not Job.objects.exists()


def test_written_texts_can_be_judged_at_once(reader: Client, project: Project) -> None:
    replies = [texts(*[f"A {kind} text number {n}, of some words." for n in range(3)])
               for kind in ("first", "second")]  # fmt: skip
    with serving(replies) as server:
        chosen(project, server)
        reader.post(f"{HOME}first/", {"count": "4"})
        run_job.call(Job.objects.get().pk)

    part = text_of(reader, f"{HOME}first/now/")
    answers = [reader.post(f"{HOME}first/judge/") for _ in range(2)]

    target = AnnotationRound.objects.get()
    assert "4 texts can be judged now." in part
    assert "data-active" not in part
    assert "number 0, of some words." in part
    assert {answer["Location"] for answer in answers} == {f"/annotate/{target.key}/mine/"}
    assert target.tasks.count() == 4
    assert "can be judged in round 1" in text_of(reader, f"{HOME}first/")
    assert FirstSteps.objects.get(project=project).ended_at is not None


def test_more_texts_are_another_wish_and_the_same_form_is_one(
    reader: Client, project: Project, server: ScriptedServer
) -> None:
    chosen(project, server)
    make_example(project)
    before = text_of(reader, f"{HOME}first/")
    make_run(project, status="successful")

    after = text_of(reader, f"{HOME}first/")
    for _ in range(2):
        reader.post(f"{HOME}first/", {"count": "4", "seed": "1"})

    assert 'name="seed" value="0"' in before
    assert 'name="seed" value="1"' in after
    assert Job.objects.get().params["seed"] == 1


def test_a_job_that_failed_says_why_and_can_be_started_again(
    reader: Client, project: Project
) -> None:
    with serving([refused(401, "wrong key")] * 4) as server:
        chosen(project, server)
        reader.post(f"{HOME}first/", {"count": "4"})
        run_job.call(Job.objects.get().pk)
        page = text_of(reader, f"{HOME}first/")
        reader.post(f"{HOME}first/", {"count": "4"})

    assert "refused the key (401)" in page
    assert "Have them written" in page
    assert Job.objects.filter(state=Job.State.READY).count() == 1


def test_nothing_can_be_judged_before_there_are_texts(reader: Client, project: Project) -> None:
    page = reader.post(f"{HOME}first/judge/", follow=True).content.decode()

    assert "has no texts to judge" in page
    assert not AnnotationRound.objects.exists()


def test_texts_are_sent_to_label_studio_where_that_was_chosen(
    reader: Client, project: Project
) -> None:
    make_example(project)
    note(project, front="label_studio", server="http://127.0.0.1:9")

    for _ in range(2):
        answer = reader.post(f"{HOME}first/judge/")

    page: Any = text_of(reader, answer["Location"])
    assert Job.objects.get().params == {"url": "http://127.0.0.1:9"}
    assert "on their way to Label Studio" in page
