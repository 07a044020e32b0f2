"""The audit log: what is in it, and that what was changed or removed shows."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from unittest import mock

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, transaction
from django.test import Client

from curation.models import AuditEntry, AuditHead, Invitation, Membership, Project, Role
from curation.sealing.redacting import remember
from curation.services.auditing import Actor, acting, record, verify
from curation.services.invitations import invite, withdraw
from curation.services.projects import set_threshold
from curation.services.quality.rule import set_rule
from tests.factories import make_curated, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def three() -> list[AuditEntry]:
    return [record("tried.out", after={"n": n}) for n in range(3)]


def change(statement: str) -> None:
    """Behind the application's back, as somebody with the database could."""
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_lines_are_numbered_and_say_who_acts() -> None:
    with acting(lambda: Actor(name="mira", request="abc", address="192.0.2.1")):
        first = record("tried.out", thing="this")
    second = record("tried.out")

    assert (first.number, second.number) == (1, 2)
    assert (first.who, first.request, first.address) == ("mira", "abc", "192.0.2.1")
    assert second.who == "command"
    assert verify().lines == 2


@pytest.mark.parametrize(
    "change",
    [
        lambda project: invite(project, Role.OWNER, by="mira"),
        lambda project: withdraw(project.invitations.get()),
        lambda project: set_rule(project, "pause"),
        lambda project: set_threshold(project, 0.5),
    ],
    ids=["invite", "withdraw", "rule", "threshold"],
)
def test_nothing_is_changed_where_its_line_cannot_be_written(
    monkeypatch: pytest.MonkeyPatch, change: Callable[[Project], object]
) -> None:
    project = make_project("jokes")
    invite(project, Role.AUDITOR, by="mira")
    monkeypatch.setattr(
        "curation.services.auditing._locked_head", mock.Mock(side_effect=OperationalError("away"))
    )

    with pytest.raises(OperationalError, match="away"):
        change(project)

    kept = Project.objects.get()
    assert (kept.annotator_rule, kept.threshold) == ("off", Project().threshold)
    assert Invitation.objects.open().get().role == Role.AUDITOR


def test_an_empty_log_is_whole() -> None:
    assert verify().whole


@pytest.mark.parametrize(
    ("statement", "number"),
    [
        ("UPDATE curation_auditentry SET who = 'somebody else' WHERE number = 2", 2),
        ("UPDATE curation_auditentry SET after = '{\"n\": 7}' WHERE number = 1", 1),
        ("DELETE FROM curation_auditentry WHERE number = 2", 2),
        ("DELETE FROM curation_auditentry WHERE number = 3", 3),
        ("DELETE FROM curation_auditentry", 1),
    ],
)
def test_a_line_that_was_changed_or_removed_shows(
    three: list[AuditEntry], statement: str, number: int
) -> None:
    change(statement)

    found = verify()

    assert not found.whole
    assert found.wrong_at == number


def test_a_line_cannot_be_written_by_whoever_has_the_database_alone(
    three: list[AuditEntry],
) -> None:
    change("DELETE FROM curation_auditentry WHERE number = 3")
    AuditHead.objects.update(number=2, seal=three[1].seal)
    forged = AuditEntry(number=3, at=three[2].at, who="mira", what="forged", seal="0" * 64)
    forged.save(force_insert=True)

    assert verify().wrong_at == 3


def cut_off_the_last(three: list[AuditEntry]) -> None:
    change("DELETE FROM curation_auditentry WHERE number = 3")
    AuditHead.objects.update(number=2, seal=three[1].seal)


def test_lines_cut_off_at_the_end_show(three: list[AuditEntry]) -> None:
    cut_off_the_last(three)

    assert verify().wrong_at == 3


def test_a_line_that_is_added_later_does_not_hide_that_lines_were_cut_off(
    three: list[AuditEntry],
) -> None:
    cut_off_the_last(three)

    record("tried.out")

    assert verify().wrong_at == 3


def test_a_seal_kept_elsewhere_shows_that_the_whole_log_was_thrown_away(
    three: list[AuditEntry],
) -> None:
    kept = verify().seal
    change("DELETE FROM curation_auditentry")
    change("DELETE FROM curation_audithead")
    record("tried.out")

    assert verify().whole
    assert not verify(kept).whole
    with pytest.raises(CommandError, match="in no line"):
        run("verify", "--seal", kept)


def test_a_seal_kept_elsewhere_is_found_again(three: list[AuditEntry]) -> None:
    kept = verify().seal
    record("tried.out")

    assert run("verify", "--seal", kept)["lines"] == 4


def test_numbers_and_letters_that_databases_write_in_their_own_way_keep_their_signature() -> None:
    said = {"cap": 1e22, "low": -0.0, "share": 1e-7, "none": float("nan"), "half": "a\ud800"}

    record("tried.out", thing="a\ud800", after=said)

    line = AuditEntry.objects.get()
    assert line.after == {"cap": 10**22, "low": 0.0, "share": 1e-7, "none": "NaN", "half": "a?"}
    assert verify().whole


def test_lines_signed_under_an_earlier_key_still_hold(
    three: list[AuditEntry], settings: Any
) -> None:
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another"
    record("tried.out")

    assert verify().lines == 4
    settings.SECRET_KEY_FALLBACKS = []
    assert verify().wrong_at == 1


def test_lines_are_not_changed_or_removed_by_the_application(three: list[AuditEntry]) -> None:
    with pytest.raises(TypeError, match="never changed"):
        AuditEntry.objects.update(who="x")
    with pytest.raises(TypeError, match="never removed"):
        AuditEntry.objects.all().delete()


def test_secrets_and_whole_files_do_not_get_into_it() -> None:
    remember("sk-0123456789-audit")

    line = record("tried.out", thing="a\x00b sk-0123456789-audit", after={"long": "x" * 10_000})

    assert line.object == "ab [hidden]"
    assert len(line.after["cut"]) == 2_000
    assert verify().whole


def test_a_line_is_kept_only_if_what_it_tells_of_was_done() -> None:
    with transaction.atomic():
        record("undone")
        transaction.set_rollback(True)

    record("tried.out")

    assert [line.what for line in AuditEntry.objects.all()] == ["tried.out"]
    assert verify().lines == 1


def test_settings_versions_and_exports_leave_lines(client: Client, admin_user: Any) -> None:
    project = make_project("jokes")
    make_curated(project)
    set_threshold(project, 0.7)
    client.force_login(admin_user)
    client.get("/projects/jokes/versions/1/csv/")

    said = list(AuditEntry.objects.filter(project="jokes").values_list("who", "what", "after"))

    assert said[0] == (
        "command",
        "project.created",
        {"labels": ["joke", "news"], "overlap": 3, "threshold": 0.8},
    )
    assert ("command", "project.threshold", {"threshold": 0.7}) in said
    assert "version.frozen" in [what for _, what, _ in said]
    assert said[-1][:2] == ("admin", "version.exported")


def run(*arguments: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command("audit", *arguments, "--json", stdout=out)
    return dict(json.loads(out.getvalue()))


def test_the_command_lists_and_checks(three: list[AuditEntry]) -> None:
    make_project("jokes")

    assert [line["what"] for line in run("list", "--project", "jokes")["lines"]] == [
        "project.created"
    ]
    assert [line["number"] for line in run("list", "--last", "2")["lines"]] == [3, 4]
    assert run("verify")["lines"] == 4
    change("DELETE FROM curation_auditentry WHERE number = 2")
    with pytest.raises(CommandError, match="Line 2 of the audit log is not to be trusted"):
        run("verify")


@pytest.fixture
def jokes() -> Project:
    return make_project("jokes")


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.OWNER, 200), (Role.AUDITOR, 200), (Role.RESEARCHER, 403), (Role.ANNOTATOR, 403)],
)
def test_owners_and_auditors_read_it(
    client: Client, django_user_model: Any, jokes: Project, role: Role, status: int
) -> None:
    user = django_user_model.objects.create_user("ann")
    Membership.objects.create(project=jokes, user=user, role=role)
    client.force_login(user)

    assert client.get("/projects/jokes/audit/").status_code == status


def test_the_page_tells_lines_in_words_a_hundred_at_a_time(
    client: Client, admin_user: Any, jokes: Project
) -> None:
    for n in range(150):
        set_threshold(jokes, (n + 1) / 200)
    client.force_login(admin_user)

    newest = client.get("/projects/jokes/audit/").content.decode()
    older = client.get("/projects/jokes/audit/?before=52").content.decode()

    assert "changed the threshold" in newest
    assert "threshold 0.745 → 0.75" in newest
    assert "?before=52" in newest
    assert "made the project" not in newest
    assert "made the project" in older


@pytest.mark.django_db(transaction=True)
def test_lines_that_many_write_at_once_come_one_after_the_other() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("in memory SQLite refuses at once where a file, or PostgreSQL, waits")

    def write(number: int) -> None:
        for _ in range(5):
            record("tried.out", after={"n": number})
        connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))

    assert verify().lines == 40
    assert verify().whole
