"""A real server whose answers get lost, that is killed and started again: it only delays."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from curation.label_studio.accounts import PersonSession
from curation.label_studio.client import LabelStudioClient
from curation.label_studio.embedded import EmbeddedServer
from curation.label_studio.errors import LabelStudioError
from curation.label_studio.processes import wait_until
from curation.models import AnnotationRound, Project
from curation.services.pulling import exchange
from curation.services.rounds import push_tasks, with_patience
from tests.curation.label_studio.asking import unique_id
from tests.curation.label_studio.cutting_proxy import CuttingProxy, cutting_proxy
from tests.curation.label_studio.rounds_at_work import project_of, send, votes_per_task

pytestmark = [pytest.mark.live, pytest.mark.django_db]
TOGETHER = 20  # annotations written at once


@pytest.fixture
def proxy(real: LabelStudioClient) -> Iterator[CuttingProxy]:
    with cutting_proxy(real.url) as standing:
        yield standing


@pytest.fixture
def through_proxy(proxy: CuttingProxy, label_studio: EmbeddedServer) -> Iterator[LabelStudioClient]:
    with closing(LabelStudioClient(proxy.url, label_studio.credentials().token)) as client:
        yield client


@pytest.fixture
def people(signed_in: Callable[[str], PersonSession]) -> list[PersonSession]:
    return [signed_in(f"crowd-{number}@crowd.local") for number in range(2)]


def kill(server: EmbeddedServer) -> None:
    pid = server.status().pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    assert wait_until(lambda: not server.status().running, seconds=60)


def answer_all(real: LabelStudioClient, target: AnnotationRound, labels: list[str]) -> None:
    """Two votes on every task, loaded together as the administrator may."""
    people = {
        person["email"]: person["id"] for person in real._transport.get("/api/users/", doing="look")
    }
    voters = [people[f"crowd-{number}@crowd.local"] for number in range(2)]
    project = target.remote_project
    tasks = [
        {"data": {"text": "x", "external_id": str(key)}, "annotations": [
            {"completed_by": voter, "ground_truth": False, "was_cancelled": False,
             "result": [{"from_name": "label", "to_name": "text", "type": "choices",
                         "value": {"choices": [label]}}]}
            for voter, label in zip(voters, labels, strict=True)
        ]}
        for key in target.tasks.order_by("pk").values_list("pk", flat=True)
    ]  # fmt: skip
    path = f"/api/projects/{project}/import"
    real._transport.write("POST", path, doing="load votes", json=tasks)


def test_a_push_whose_answers_get_lost_sends_each_task_once(
    proxy: CuttingProxy, through_proxy: LabelStudioClient
) -> None:
    project = project_of(1_600, overlap=2)
    proxy.every_other("POST", "/import")

    result = push_tasks(project, through_proxy, url=proxy.url, webhook="")

    assert (result.sent, len(proxy.lost)) == (1_600, 2)
    assert through_proxy.task_count(result.round.remote_project or 0) == 1_600
    through_proxy.delete_project(result.round.remote_project or 0)


def test_askings_whose_answers_get_lost_ask_once(
    proxy: CuttingProxy, through_proxy: LabelStudioClient, people: list[PersonSession]
) -> None:
    target = send(project_of(6, overlap=2), through_proxy)
    for task in target.tasks.values_list("remote_id", flat=True):
        people[0].annotate(task or 0, "poem", unique_id=unique_id(), seconds=1)
        people[1].annotate(task or 0, "joke", unique_id=unique_id(), seconds=1)
    proxy.every_other("PATCH", "/api/tasks/")

    asked = [exchange(target, through_proxy).followed.asked for _ in range(2)]

    tasks = [task or 0 for task in target.tasks.values_list("remote_id", flat=True)]
    there = through_proxy.read_overlaps(target.remote_project or 0, tasks)
    assert (asked, len(proxy.lost)) == ([6, 0], 3)
    assert {(one.overlap, one.is_done) for one in there.values()} == {(3, False)}
    through_proxy.delete_project(target.remote_project or 0)


def test_a_server_killed_in_the_middle_of_a_push_delays_it(
    real: LabelStudioClient, label_studio: EmbeddedServer
) -> None:
    project = project_of(2_500, overlap=2)
    revived = threading.Thread(target=label_studio.start)
    notes: list[str] = []

    def progress(done: int, total: int, note: str = "") -> None:
        notes.append(note)
        if done >= 1_000 and not revived.ident:
            kill(label_studio)
            revived.start()

    result = with_patience(
        lambda: push_tasks(project, real, url=real.url, webhook="", progress=progress),
        seconds=120,
        progress=progress,
    )
    revived.join()

    assert any(note.startswith("Waiting: Could not") for note in notes)
    assert real.task_count(result.round.remote_project or 0) == 2_500
    assert not result.round.tasks.filter(remote_id=None).exists()
    assert AnnotationRound.objects.count() == 1
    real.delete_project(result.round.remote_project or 0)


@pytest.mark.usefixtures("people")
def test_a_server_killed_in_the_middle_of_a_pull_costs_no_vote(
    real: LabelStudioClient, label_studio: EmbeddedServer
) -> None:
    target = _loaded(real, project_of(900, overlap=2))

    def progress(done: int, total: int, note: str = "") -> None:
        if done == 400:
            kill(label_studio)

    with pytest.raises(LabelStudioError):
        exchange(target, real, progress=progress)
    half, trouble = sum(votes_per_task(target)), target.trouble
    label_studio.start()
    exchange(target, real)

    assert half == 800
    assert "did not answer" in trouble
    assert votes_per_task(target) == [2] * 900
    target.refresh_from_db()
    assert target.trouble == ""
    real.delete_project(target.remote_project or 0)


def _loaded(real: LabelStudioClient, project: Project) -> AnnotationRound:
    """A round whose tasks came to the server together with two votes each."""
    target = send(project, real)
    real._transport.write(
        "POST",
        f"/api/dm/actions?id=delete_tasks&project={target.remote_project}",
        doing="empty the project",
        json={"selectedItems": {"all": True, "excluded": []}},
    )
    target.tasks.update(remote_id=None)
    answer_all(real, target, ["joke", "news"])
    return push_tasks(project, real, url=real.url, webhook="").round
