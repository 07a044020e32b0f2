"""What only a real server can show: `pytest -m live`."""

from __future__ import annotations

import os
import signal
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import pytest

from curation.label_studio.accounts import PersonSession
from curation.label_studio.client import LabelStudioClient
from curation.label_studio.connect import connect
from curation.label_studio.embedded import EmbeddedServer
from curation.label_studio.errors import BadToken, Gone, PortTaken, Unreachable
from curation.label_studio.interface import labelling_config
from curation.label_studio.processes import wait_until
from curation.label_studio.records import LabelChoice, TaskToPush

pytestmark = pytest.mark.live
PASSWORD = "only for tests 1"
Texts = Callable[..., list[TaskToPush]]


@pytest.fixture
def people(signed_in: Callable[[str], PersonSession]) -> list[PersonSession]:
    return [signed_in(f"crowd-{number}@crowd.local") for number in range(4)]


@pytest.fixture
def remote(real: LabelStudioClient, key: str, config: str) -> Iterator[int]:
    project = real.ensure_project(
        key=key, title="Irony", config=config, overlap=2, instructions="One.\n\n<Two> & three."
    )
    yield project
    real.delete_project(project)


def raw_project(real: LabelStudioClient, project: int) -> dict[str, Any]:
    raw = real._transport.get(f"/api/projects/{project}/", doing="look")
    assert isinstance(raw, dict)
    return raw


def next_task(session: PersonSession, project: int) -> dict[str, Any] | None:
    """What the label stream shows this person next."""
    try:
        shown = session._transport.get(f"/api/projects/{project}/next", doing="look")
    except Gone:
        return None
    assert isinstance(shown, dict)
    return shown


def test_the_settings_that_keep_annotators_blind_are_stored(
    real: LabelStudioClient, remote: int
) -> None:
    project = raw_project(real, remote)

    assert project["maximum_annotations"] == 2
    assert project["sampling"] == "Uniform sampling"
    assert project["skip_queue"] == "REQUEUE_FOR_OTHERS"
    assert project["show_skip_button"] is True
    assert project["show_collab_predictions"] is False
    assert project["enable_empty_annotation"] is False
    assert project["expert_instruction"] == (
        '<p dir="auto">One.</p><p dir="auto">&lt;Two&gt; &amp; three.</p>'
    )


def test_a_later_update_is_stored_too(real: LabelStudioClient, remote: int, config: str) -> None:
    real.update_project(remote, config=config, overlap=5, instructions="")

    project = raw_project(real, remote)
    assert (project["maximum_annotations"], project["show_instruction"]) == (5, False)


def test_the_stream_gives_each_task_to_two_people_who_see_no_answers(
    real: LabelStudioClient, remote: int, people: list[PersonSession], texts: Texts
) -> None:
    real.push_tasks(remote, texts(6), batch="b")
    shown_answers: list[Any] = []

    for _ in range(6):
        for session in people:
            task = next_task(session, remote)
            if task is not None:
                shown_answers += task["annotations"]
                session.annotate(task["id"], "none", unique_id=str(uuid.uuid4()), seconds=1)

    answered = list(real.changed_tasks(remote, since=None))
    assert shown_answers == []
    assert [len({a.annotator for a in task.annotations}) for task in answered] == [2] * 6
    assert [len(task.annotations) for task in answered] == [2] * 6
    assert [next_task(session, remote) for session in people] == [None] * 4


def test_an_answer_changed_or_deleted_in_the_browser_is_told_again(
    real: LabelStudioClient, remote: int, people: list[PersonSession], texts: Texts
) -> None:
    tasks = real.push_tasks(remote, texts(2), batch="b")
    people[0].annotate(tasks["ex-0"], "irony", unique_id=str(uuid.uuid4()), seconds=1)
    *_, before = real.changed_tasks(remote, since=None)
    path = f"/api/annotations/{before.annotations[0].remote_id}/"

    choice = {"from_name": "label", "to_name": "text", "type": "choices"}
    result = [{**choice, "value": {"choices": ["none"]}}]
    real._transport.write("PATCH", path, doing="edit", json={"result": result})
    *_, edited = real.changed_tasks(remote, since=before.updated_at)
    real._transport.write("DELETE", path, doing="delete")
    *_, emptied = real.changed_tasks(remote, since=edited.updated_at)

    assert before.updated_at < edited.updated_at < emptied.updated_at
    assert edited.annotations[0].label_codes == ("none",)
    assert emptied.annotations == ()


def test_awkward_labels_make_a_project_that_takes_tasks(real: LabelStudioClient, key: str) -> None:
    labels = [
        LabelChoice(code='a"<&>', title='"A" & <b>$text</b>', description="two\nlines 😀"),
        LabelChoice(code="שלום", title="$5"),
    ]
    config = labelling_config(labels, question="$100 & 'more' <or> \"less\"\nשלום?")

    project = real.ensure_project(
        key=key, title="Awkward", config=config, overlap=1, instructions=""
    )
    real.push_tasks(project, [TaskToPush(external_id="x", text="$")], batch="b")

    control = raw_project(real, project)["parsed_label_config"]["label"]
    assert control["labels"] == [label.code for label in labels]
    real.delete_project(project)


def test_a_personal_access_token_is_as_good_as_a_legacy_one(
    label_studio: EmbeddedServer, people: list[PersonSession]
) -> None:
    transport = people[0]._transport
    headers = {"X-CSRFToken": transport.http.cookies["csrftoken"]}
    token = transport.write("POST", "/api/token/", doing="make", json={}, headers=headers)["token"]

    front = connect(label_studio.credentials().url, token)

    assert token.count(".") == 2
    assert isinstance(front, LabelStudioClient)
    with closing(front):
        assert front.check().user == people[0].email


@pytest.mark.parametrize("token", ["0" * 40, "a.b.c"])
def test_a_wrong_token_is_told_as_one(label_studio: EmbeddedServer, token: str) -> None:
    with (
        closing(LabelStudioClient(label_studio.credentials().url, token)) as client,
        pytest.raises(BadToken),
    ):
        client.check()


def test_people_signing_up_at_the_same_time_are_one_each(real: LabelStudioClient) -> None:
    emails = [
        f"same-{number % 2}-{uuid.uuid5(uuid.NAMESPACE_URL, 'x')}@c.local" for number in range(4)
    ]

    def sign_up(email: str) -> str:
        with closing(real.annotator(email, password=PASSWORD, name="S")) as session:
            return session.email

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(sign_up, emails)) == emails


def test_answers_survive_the_kill_of_the_server(
    label_studio: EmbeddedServer,
    real: LabelStudioClient,
    remote: int,
    people: list[PersonSession],
    texts: Texts,
) -> None:
    tasks = real.push_tasks(remote, texts(3), batch="b")
    same = str(uuid.uuid4())
    people[0].annotate(tasks["ex-0"], "irony", unique_id=same, seconds=1)
    pid = label_studio.status().pid
    assert pid is not None

    os.kill(pid, signal.SIGKILL)
    assert wait_until(lambda: not label_studio.status().running, seconds=60)
    with pytest.raises(Unreachable):
        people[0].annotate(tasks["ex-1"], "irony", unique_id=str(uuid.uuid4()), seconds=1)
    label_studio.start()

    # the same sessions go on, and what was stored is not stored again
    assert not people[0].annotate(tasks["ex-0"], "irony", unique_id=same, seconds=1)
    assert people[1].annotate(tasks["ex-0"], "none", unique_id=str(uuid.uuid4()), seconds=1)
    assert real.push_tasks(remote, texts(3), batch="again") == tasks
    *_, answered = real.changed_tasks(remote, since=None)
    assert [a.label_codes for a in answered.annotations] == [("irony",), ("none",)]


def test_the_port_of_the_running_server_is_taken_for_another(
    label_studio: EmbeddedServer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = EmbeddedServer(
        tmp_path_factory.mktemp("other"), port=label_studio.port, venv=label_studio.venv
    )
    other.home.joinpath("installed").write_text(label_studio.home.joinpath("installed").read_text())

    with pytest.raises(PortTaken):
        other.start()
    assert label_studio.status().healthy
