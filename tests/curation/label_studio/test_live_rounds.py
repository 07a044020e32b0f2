"""Rounds of people on a real server: together, adaptively, with strangers and leavers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from curation.jobs import run_job
from curation.label_studio.accounts import PersonSession, write_as_person
from curation.label_studio.client import LabelStudioClient
from curation.management.polling import poll_rounds
from curation.models import AnnotationChange, AnnotationRound, Job
from curation.services.annotating.saved import votes_saved
from curation.services.fronts import keep_token
from curation.services.pulling import exchange, pseudonym
from curation.services.rounds import push_tasks
from curation.services.rounds.people import accept_person, strangers
from tests.curation.label_studio.asking import unique_id
from tests.curation.label_studio.rounds_at_work import (
    project_of,
    send,
    stored,
    votes_per_task,
    work,
    work_together,
)

pytestmark = [pytest.mark.live, pytest.mark.django_db]


@pytest.fixture
def people(signed_in: Callable[[str], PersonSession]) -> list[PersonSession]:
    return [signed_in(f"crowd-{number}@crowd.local") for number in range(4)]


@pytest.fixture
def cleared(real: LabelStudioClient) -> Iterator[None]:
    """Remote projects of the test go when it is over."""
    yield
    for target in AnnotationRound.objects.exclude(remote_project=None):
        real.delete_project(target.remote_project or 0)


def edit(real: LabelStudioClient, person: PersonSession, annotation: int, label: str) -> None:
    choice = {"from_name": "label", "to_name": "text", "type": "choices"}
    body = {"result": [{**choice, "value": {"choices": [label]}}]}
    path = f"/api/annotations/{annotation}/"
    write_as_person(person._transport, "PATCH", path, doing="edit", json=body)


@pytest.mark.usefixtures("cleared")
def test_four_people_at_once_give_each_text_its_votes(
    real: LabelStudioClient, people: list[PersonSession]
) -> None:
    target = send(project_of(12, overlap=3), real)
    given: dict[tuple[int, str], str] = {}

    def choose(email: str, task: int) -> str:
        label = ("joke", "news")[(task + len(email)) % 2]
        given[task, pseudonym(email)] = label
        return label

    answers = sum(work_together(people, target, choose))
    exchange(target, real)

    assert stored(target) == {(task, name, label) for (task, name), label in given.items()}
    assert min(votes_per_task(target)) >= 3
    assert 36 <= answers <= 40, "people at the same moment may give a few votes too many"
    assert set(target.tasks.values_list("state", flat=True)) == {"full"}


@pytest.mark.usefixtures("cleared")
def test_an_adaptive_round_asks_only_where_keep_or_drop_is_open(
    real: LabelStudioClient, people: list[PersonSession]
) -> None:
    project = project_of(10, overlap=4)
    target = send(project, real, overlap=4, first=2, gamma=1.0)
    odd = set(target.tasks.order_by("pk").values_list("remote_id", flat=True)[:5])

    def choose(email: str, task: int) -> str:
        split = task in odd and email in {"crowd-1@crowd.local", "crowd-3@crowd.local"}
        return "news" if split else "joke"

    asked = []
    for _ in range(8):
        for person in people:
            work(person, target, choose)
        asked.append(exchange(target, real).followed.asked)
        if not asked[-1]:
            break

    books = target.tasks.values_list("remote_id", "votes", "state")
    split_votes = [votes for task, votes, state in books if task in odd]
    whole_votes = [votes for task, votes, state in books if task not in odd]
    assert asked[-1] == 0
    assert not target.tasks.filter(state="open").exists()
    assert max(split_votes) <= 3, "two different votes at most two same ones decide at γ = 1"
    assert max(whole_votes) <= 4
    assert votes_saved(target).saved > 0


@pytest.mark.usefixtures("cleared")
def test_edits_skips_and_deletions_converge(
    real: LabelStudioClient, people: list[PersonSession]
) -> None:
    target = send(project_of(3, overlap=2), real)
    tasks = [task or 0 for task in target.tasks.order_by("pk").values_list("remote_id", flat=True)]
    ann, bob = people[:2]
    for task in tasks:
        ann.annotate(task, "joke", unique_id=unique_id(), seconds=1)
    bob.skip(tasks[2], unique_id=unique_id())
    exchange(target, real)
    first = {
        task.remote_id: task.annotations[0].remote_id
        for task in real.changed_tasks(target.remote_project or 0, since=None)
    }

    edit(real, ann, first[tasks[0]], "news")
    write_as_person(
        ann._transport, "DELETE", f"/api/annotations/{first[tasks[1]]}/", doing="delete", json=None
    )
    real.delete_task(tasks[2])
    result = exchange(target, real)

    name = pseudonym(ann.email)
    assert stored(target) == {(tasks[0], name, "news")}
    assert result.pulled.deleted_tasks == 1
    kinds = Counter(AnnotationChange.objects.values_list("kind", flat=True))
    assert kinds == {"edited": 1, "removed": 3}
    push_tasks(target.project, real, url=real.url, webhook="")
    assert real.task_count(target.remote_project or 0) == 3


@pytest.mark.usefixtures("cleared")
def test_strangers_wait_and_leavers_stay(
    real: LabelStudioClient, people: list[PersonSession]
) -> None:
    target = send(project_of(2, overlap=2), real, invited_only=True)
    leaver = real.annotator(f"leaver-{target.key}@crowd.local", password="only for 1", name="L")
    assert isinstance(leaver, PersonSession)
    for person in (people[0], leaver):
        work(person, target, lambda email, task: "joke")
    exchange(target, real)
    waiting = strangers(target)
    accept_person(target, pseudonym(people[0].email))
    accept_person(target, pseudonym(leaver.email))
    exchange(target, real)

    path = f"/api/organizations/1/memberships/{leaver._user_id}/"
    real._transport.write("DELETE", path, doing="remove a member")
    leaver.close()
    accept_person(target, pseudonym(people[0].email))  # reads everything again
    exchange(target, real)

    assert len(waiting) == 2
    assert {name for _, name, _ in stored(target)} == set(waiting)
    assert votes_per_task(target) == [2, 2]


@pytest.mark.django_db(transaction=True)
def test_a_hint_arrives_and_where_it_is_lost_polling_finds_the_answer(
    real: LabelStudioClient,
    people: list[PersonSession],
    live_server: Any,
    label_studio_credentials: Any,
) -> None:
    keep_token(real.url, label_studio_credentials.token)
    project = project_of(2, overlap=1)
    target = push_tasks(project, real, url=real.url, webhook=live_server.url).round
    first, second = target.tasks.order_by("pk")

    people[0].annotate(first.remote_id or 0, "joke", unique_id=unique_id(), seconds=1)
    target.refresh_from_db()
    hinted = target.hinted_at
    poll_rounds()
    _run_jobs()
    push_tasks(project, real, url=real.url, webhook="http://127.0.0.1:9")
    people[0].annotate(second.remote_id or 0, "news", unique_id=unique_id(), seconds=1)
    target.refresh_from_db()
    lost = target.hinted_at
    Job.objects.update(finished_at="2020-01-01T00:00Z")
    poll_rounds()
    _run_jobs()

    assert hinted is not None
    assert lost is None
    name = pseudonym(people[0].email)
    assert stored(target) == {(first.remote_id, name, "joke"), (second.remote_id, name, "news")}
    real.delete_project(target.remote_project or 0)


def _run_jobs() -> None:
    for job in Job.objects.filter(state=Job.State.READY):
        run_job.func(job.pk)
