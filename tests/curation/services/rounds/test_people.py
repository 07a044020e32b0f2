"""People are given accounts and links; their addresses stay with them."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from django.db import connection

from curation.endpoints.policy import Endpoints, guarded_by
from curation.errors import BadInput, FrontProblem
from curation.label_studio.errors import Unreachable
from curation.label_studio.fake import FakeLabelStudio
from curation.models import Project, Secret
from curation.services.first_steps.people import judge_in_label_studio
from curation.services.fronts import configured_front, keep_token
from curation.services.pulling import pseudonym
from curation.services.rounds import with_patience
from curation.services.rounds.people import deep_link, invite_people
from curation.services.secrets import secret_for
from tests.curation.services import on_fake
from tests.curation.services.on_fake import push

pytestmark = pytest.mark.django_db
front, project = on_fake.front, on_fake.project


def test_an_invitation_makes_an_account_and_a_part_in_the_round(
    project: Project, front: FakeLabelStudio
) -> None:
    target = push(project, front)

    (ann,) = invite_people(target, front, [" Ann@Lab.org "])

    assert (ann.email, ann.annotator) == ("ann@lab.org", pseudonym("ann@lab.org"))
    assert len(ann.password) >= 12
    front.annotator("ann@lab.org", password=ann.password, name="")
    assert [part.annotator.name for part in target.participations.all()] == [ann.annotator]
    assert deep_link(target).endswith(f"/projects/{target.remote_project}/data?labeling=1")


def test_inviting_again_tells_the_same(project: Project, front: FakeLabelStudio) -> None:
    target = push(project, front)

    first = invite_people(target, front, ["ann@lab.org"])
    again = invite_people(target, front, ["ann@lab.org", "ann@lab.org", "bob@lab.org"])

    assert again[:1] == first
    assert [person.email for person in again] == ["ann@lab.org", "bob@lab.org"]
    assert target.participations.count() == 2


def test_somebody_with_an_account_keeps_their_password(
    project: Project, front: FakeLabelStudio
) -> None:
    target = push(project, front)
    front.annotator("ann@lab.org", password="her own 123", name="Ann")

    (ann,) = invite_people(target, front, ["ann@lab.org"])

    assert ann.password == ""
    assert target.participations.count() == 1


def test_no_address_is_kept(project: Project, front: FakeLabelStudio) -> None:
    target = push(project, front)
    invite_people(target, front, ["ann-of-the-lab@lab.org"])

    if connection.vendor == "sqlite":
        assert isinstance(connection.connection, sqlite3.Connection)
        assert "ann-of-the-lab" not in "".join(connection.connection.iterdump())


@pytest.mark.parametrize("emails", [[], [""], [" ", ""]])
def test_nobody_to_invite_is_an_error(
    project: Project, front: FakeLabelStudio, emails: list[str]
) -> None:
    target = push(project, front)

    with pytest.raises(BadInput, match="No e-mail address"):
        invite_people(target, front, emails)


@pytest.mark.parametrize("email", ["ann", "ann@lab", "a b@lab.org", "a@b@c.org", "@lab.org"])
def test_where_one_is_no_address_nobody_is_invited(
    project: Project, front: FakeLabelStudio, email: str
) -> None:
    target = push(project, front)

    with pytest.raises(BadInput, match="is not an e-mail address"):
        invite_people(target, front, ["ok@lab.org", email])

    assert target.participations.count() == 0


def test_a_token_is_tried_and_sealed_for_its_server(tmp_path: Path) -> None:
    url = f"fake:{tmp_path}/other.sqlite3"

    info = keep_token(url, " abc ")

    assert info.version == "fake"
    assert configured_front(url).url == url
    assert secret_for("label_studio_token", url, project=None) == "abc"
    assert "abc" not in Secret.objects.get().sealed


def test_tokens_that_an_earlier_release_left_open_are_sealed(
    tmp_path: Path, concord_home: Path
) -> None:
    url = f"fake:{tmp_path}/other.sqlite3"
    left = concord_home / "label_studio_tokens.json"
    left.write_text(json.dumps({url: "abc"}))

    assert configured_front(url).url == url
    assert not left.exists()
    assert secret_for("label_studio_token", url, project=None) == "abc"


def test_a_token_of_a_server_that_does_not_answer_is_not_kept() -> None:
    with pytest.raises(FrontProblem):
        keep_token("http://127.0.0.1:1", "abc")

    assert not Secret.objects.exists()


def test_a_server_without_a_token_says_how_to_give_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CONCORD_LABEL_STUDIO_TOKEN", raising=False)

    with pytest.raises(BadInput, match="labelstudio connect"):
        configured_front("http://127.0.0.1:1")


def test_what_a_page_starts_sends_the_environments_token_to_its_own_server_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named, other = (f"fake:{tmp_path}/{name}.sqlite3" for name in ("named", "other"))
    monkeypatch.setenv("CONCORD_LABEL_STUDIO_URL", named)
    monkeypatch.setenv("CONCORD_LABEL_STUDIO_TOKEN", "abc")

    with guarded_by(Endpoints()):
        assert configured_front(named).url == named
        with pytest.raises(BadInput, match="needs a token"):
            configured_front(other)
    assert configured_front(other).url == other


def test_where_no_variable_names_a_server_an_address_from_a_page_gets_no_token_of_the_environment(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = f"fake:{tmp_path}/typed.sqlite3"
    monkeypatch.delenv("CONCORD_LABEL_STUDIO_URL", raising=False)
    monkeypatch.setenv("CONCORD_LABEL_STUDIO_TOKEN", "abc")

    with guarded_by(Endpoints()), pytest.raises(BadInput, match="CONCORD_LABEL_STUDIO_URL and"):
        judge_in_label_studio(project, overlap=3, url=typed, token="", by="mira")

    assert configured_front(typed).url == typed


class Away:
    """Work that fails some times before it succeeds."""

    def __init__(self, times: int) -> None:
        self.left = times

    def __call__(self) -> str:
        self.left -= 1
        if self.left >= 0:
            raise Unreachable(url="http://x", doing="push", reason="refused")
        return "done"


def test_a_server_that_is_away_for_a_while_only_delays(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("curation.services.rounds.patience.time.sleep", slept.append)
    told: list[str] = []

    def progress(done: int, total: int, note: str = "") -> None:
        told.append(note)

    assert with_patience(Away(7), seconds=600, progress=progress) == "done"
    assert slept == [1, 2, 4, 8, 16, 30, 30]
    assert ["Could not push" in note for note in told] == [True] * len(slept)


def test_patience_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("curation.services.rounds.patience.time.sleep", lambda seconds: None)

    def progress(done: int, total: int, note: str = "") -> None: ...

    with pytest.raises(Unreachable):
        with_patience(Away(1), seconds=0.5, progress=progress)
