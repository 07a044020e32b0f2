"""Label Studio's hints: heeded with the secret, refused without it, never read."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from curation.label_studio.errors import Refused
from curation.label_studio.fake import FakeLabelStudio
from curation.models import AnnotationRound, Project
from curation.services.rounds import push_tasks
from curation.services.rounds.hooks import public_address
from tests.curation.services import on_fake
from tests.curation.services.on_fake import URL
from tests.factories import make_round

pytestmark = pytest.mark.django_db
front, project = on_fake.front, on_fake.project


@pytest.fixture
def target(project: Project, front: FakeLabelStudio) -> AnnotationRound:
    return push_tasks(project, front, url=URL, webhook="http://127.0.0.1:9/").round


def call(client: Any, target: AnnotationRound, secret: str | None, body: bytes = b"{}") -> Any:
    headers = {} if secret is None else {"X-Concord-Secret": secret}
    path = reverse("label_studio_hook", args=[target.key])
    return client.post(path, body, content_type="application/json", headers=headers)


def hinted(target: AnnotationRound) -> bool:
    target.refresh_from_db(fields=["hinted_at"])
    return target.hinted_at is not None


def stored_hooks(front: FakeLabelStudio) -> list[tuple[Any, ...]]:
    with front.storage.transaction() as database:
        return database.execute("SELECT project_id, url, secret FROM webhook").fetchall()


def test_a_push_sets_up_one_webhook_with_a_secret(
    project: Project, front: FakeLabelStudio, target: AnnotationRound
) -> None:
    push_tasks(project, front, url=URL, webhook="http://127.0.0.1:9/")

    target.refresh_from_db()
    assert len(target.webhook_secret) > 30
    url = f"http://127.0.0.1:9/hooks/label-studio/{target.key}/"
    assert stored_hooks(front) == [(target.remote_project, url, target.webhook_secret)]


def test_a_hint_with_the_secret_is_noted(client: Any, target: AnnotationRound) -> None:
    answer = call(client, target, target.webhook_secret)

    assert (answer.status_code, answer.content) == (204, b"")
    assert hinted(target)


def test_a_second_hint_writes_nothing(
    client: Any, target: AnnotationRound, django_assert_num_queries: Any
) -> None:
    call(client, target, target.webhook_secret)

    with django_assert_num_queries(1):
        call(client, target, target.webhook_secret)


@pytest.mark.parametrize("secret", [None, "", "wrong", "ünïcode"])
def test_a_wrong_secret_is_refused_and_logged(
    client: Any, target: AnnotationRound, caplog: Any, secret: str | None
) -> None:
    answer = call(client, target, secret and secret.encode().decode("latin-1"))

    assert answer.status_code == 403
    assert b"not heeded" in answer.content
    assert "wrong secret" in caplog.text
    assert not hinted(target)


def test_a_round_without_a_secret_takes_no_hint(client: Any, project: Project) -> None:
    target = make_round(project, front="label_studio")

    assert call(client, target, "").status_code == 403
    assert not hinted(target)


def test_an_unknown_round_is_refused_like_a_wrong_secret(
    client: Any, target: AnnotationRound
) -> None:
    target.key = uuid.uuid4()

    assert call(client, target, target.webhook_secret).status_code == 403


def test_a_body_is_not_read_and_a_huge_one_refused(client: Any, target: AnnotationRound) -> None:
    broken = call(client, target, target.webhook_secret, b"\x00{'not json")
    huge = call(client, target, target.webhook_secret, b"x" * 1_000_001)

    assert (broken.status_code, huge.status_code) == (204, 413)


def test_a_hint_is_a_post(client: Any, target: AnnotationRound) -> None:
    assert client.get(reverse("label_studio_hook", args=[target.key])).status_code == 405


@pytest.mark.parametrize(
    ("given", "server", "simulated", "address"),
    [
        (None, "http://127.0.0.1:8390", False, "http://127.0.0.1:8321"),
        (None, "http://127.0.0.1:8390", True, ""),
        (None, "https://labels.example.org", False, ""),
        ("https://us.example.org/", "https://labels.example.org", False, "https://us.example.org"),
        ("", "http://127.0.0.1:8390", False, ""),
    ],
)
def test_a_server_is_told_an_address_it_can_reach(
    settings: Any, given: str | None, server: str, simulated: bool, address: str
) -> None:
    settings.CONCORD_PUBLIC_URL = "http://127.0.0.1:8321"
    target = AnnotationRound(server_url=server, simulated=simulated)

    assert public_address(target, given) == address


def test_a_server_that_refuses_webhooks_gets_its_tasks_all_the_same(
    project: Project, tmp_path: Path
) -> None:
    class Strict(FakeLabelStudio):
        def ensure_webhook(self, project_id: int, *, url: str, secret: str) -> None:
            raise Refused(url=self.url, doing="set up a webhook", reason="403: reserved address")

    result = push_tasks(project, Strict(tmp_path / "s.sqlite3"), url=URL, webhook="http://10.0.0.1")

    assert result.sent == 4
    assert "refused (403: reserved address)" in result.note
    assert "every 30 seconds all the same" in result.note
