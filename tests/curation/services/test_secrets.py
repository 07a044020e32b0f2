"""Secrets: sealed, bound to a server, never shown."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from curation.endpoints.policy import Endpoints, guarded_by
from curation.errors import BadInput
from curation.models import AuditEntry, Membership, Role, Secret
from curation.sealing.redacting import redacted
from curation.services.secrets import keep_secret, origin_of, renew_secrets, secret_for
from generation.services.asking import Asked
from generation.services.generating import open_provider
from tests.factories import make_project

pytestmark = pytest.mark.django_db

KEY = "sk-proj-0123456789abcdefWXYZ"
OPENAI = "https://api.openai.com/v1"


def keep(**said: Any) -> Secret:
    return keep_secret("llm_key", KEY, **{"address": OPENAI, "by": "mira"} | said)


def test_a_key_is_sealed_and_comes_back_for_its_own_server_only() -> None:
    kept = keep()

    assert KEY not in kept.sealed
    assert secret_for("llm_key", "https://API.openai.com:443/v1/other", project=None) == KEY
    assert secret_for("llm_key", "https://api.openai.com.evil.org/v1", project=None) == ""
    assert secret_for("llm_key", "http://api.openai.com/v1", project=None) == ""
    assert secret_for("label_studio_token", OPENAI, project=None) == ""


@pytest.mark.parametrize("change", [{"address": "https://api.groq.com"}, {"project": "other"}])
def test_a_key_that_was_moved_to_another_row_is_not_sent_from_there(
    change: dict[str, Any],
) -> None:
    mine, other = make_project("mine"), make_project("other")
    kept = keep(project=mine)
    if "project" in change:
        change = {"project": other}

    Secret.objects.filter(pk=kept.pk).update(**change)

    with pytest.raises(BadInput, match="cannot be opened"):
        secret_for("llm_key", change.get("address", OPENAI), project=change.get("project", mine))


def test_a_projects_own_key_goes_before_the_installations() -> None:
    mine, other = make_project("mine"), make_project("other")
    keep()
    keep_secret("llm_key", "sk-of-the-project-only", address=OPENAI, project=mine, by="mira")

    assert secret_for("llm_key", OPENAI, project=mine) == "sk-of-the-project-only"
    assert secret_for("llm_key", OPENAI, project=other) == KEY


def test_setting_it_again_replaces_it() -> None:
    keep()
    keep_secret("llm_key", "another-key-of-that-kind", address=OPENAI, by="mira")

    assert Secret.objects.count() == 1
    assert secret_for("llm_key", OPENAI, project=None) == "another-key-of-that-kind"
    assert list(AuditEntry.objects.values_list("what", flat=True)) == [
        "secret.set",
        "secret.replaced",
    ]


@pytest.mark.parametrize("value", ["", "   ", "two\nlines", "ключ", "x" * 5_000])
def test_what_cannot_be_a_key_is_refused(value: str) -> None:
    with pytest.raises(BadInput, match="This is no key"):
        keep_secret("llm_key", value, address=OPENAI, by="mira")


@pytest.mark.parametrize("address", ["", "api.openai.com", "ftp://x", "http://", "http://[x"])
def test_a_server_has_an_address(address: str) -> None:
    with pytest.raises(BadInput, match="is no address"):
        origin_of(address)


def test_only_a_long_key_is_told_by_its_end() -> None:
    long = keep()
    short = keep_secret("llm_key", "short-key", address="https://api.groq.com", by="mira")

    assert (long.ending, short.ending) == ("WXYZ", "")


def test_a_key_that_was_opened_is_masked_in_logs() -> None:
    keep()

    assert redacted(f"Bearer {KEY}") == "Bearer [hidden]"


def test_keys_follow_the_installations_secret_key(settings: Any) -> None:
    keep()
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another"
    with pytest.raises(BadInput, match="CONCORD_SECRET_KEYS_OLD"):
        secret_for("llm_key", OPENAI, project=None)
    settings.SECRET_KEY_FALLBACKS = [old]
    went = renew_secrets()
    settings.SECRET_KEY_FALLBACKS = []

    assert (went.renewed, went.lost) == (1, [])
    assert secret_for("llm_key", OPENAI, project=None) == KEY


def test_generation_takes_the_kept_key_where_the_environment_gives_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("CONCORD_LLM_KEY", "OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    project = make_project("mine")
    asked = Asked(provider="openai", method="zero_shot", model="m", base_url=OPENAI)
    with pytest.raises(BadInput, match="No key for"):
        open_provider(project, asked)
    keep(project=project)

    provider = open_provider(project, asked)

    assert provider.client.api_key == KEY  # type: ignore[attr-defined]
    monkeypatch.setenv("CONCORD_LLM_KEY", "sk-of-the-environment")
    assert open_provider(project, asked).client.api_key == "sk-of-the-environment"  # type: ignore[attr-defined]


def test_what_a_page_starts_sends_the_environments_key_to_its_own_server_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-environment")
    project = make_project("mine")
    groq = "https://api.groq.com/openai/v1"

    def key_for(address: str) -> str:
        asked = Asked(provider="openai", method="zero_shot", model="m", base_url=address)
        with guarded_by(Endpoints(allowed=frozenset({"llm.lab.org"}))):
            return str(open_provider(project, asked).client.api_key)  # type: ignore[attr-defined]

    assert key_for(OPENAI) == key_for("http://llm.lab.org/v1") == "sk-of-the-environment"
    with pytest.raises(BadInput, match=r"is not sent to https://api\.groq\.com"):
        key_for(groq)
    keep_secret("llm_key", "sk-of-groq", address=groq, project=project, by="mira")
    assert key_for(groq) == "sk-of-groq"


def run(*arguments: str, typed: str = "", monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    out = io.StringIO()
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    call_command("secrets", *arguments, "--json", stdout=out)
    return dict(json.loads(out.getvalue()))


def test_the_command_reads_the_key_from_standard_input_and_never_tells_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run("set", "llm_key", "--address", OPENAI, typed=f"{KEY}\n", monkeypatch=monkeypatch)
    listed = run("list", monkeypatch=monkeypatch)

    assert secret_for("llm_key", OPENAI, project=None) == KEY
    assert listed["secrets"][0]["ending"] == "WXYZ"
    assert KEY not in json.dumps(listed)
    assert run("rotate", monkeypatch=monkeypatch) == {"renewed": 1, "lost": []}
    run("delete", "llm_key", "--address", OPENAI, monkeypatch=monkeypatch)
    assert not Secret.objects.exists()
    with pytest.raises(CommandError, match="No llm_key is kept"):
        run("delete", "llm_key", "--address", OPENAI, monkeypatch=monkeypatch)


@pytest.fixture
def owner(client: Client, django_user_model: Any) -> Client:
    project = make_project("jokes")
    user = django_user_model.objects.create_user("mira")
    Membership.objects.create(project=project, user=user, role=Role.OWNER)
    client.force_login(user)
    return client


def test_an_owner_keeps_a_key_on_the_page_which_never_shows_it(owner: Client) -> None:
    sent = {"kind": "llm_key", "address": OPENAI, "value": KEY}

    owner.post("/projects/jokes/secrets/", sent)

    page = owner.get("/projects/jokes/secrets/").content.decode()
    assert "…WXYZ" in page
    assert KEY not in page
    secret = Secret.objects.get()
    owner.post(f"/projects/jokes/secrets/{secret.pk}/delete/")
    assert not Secret.objects.exists()


@pytest.mark.parametrize("address", ["http://[x", "https://api.openai.com:99999999", "https://"])
def test_what_is_no_address_gets_a_sentence(owner: Client, address: str) -> None:
    sent = {"kind": "llm_key", "address": address, "value": KEY}

    answer = owner.post("/projects/jokes/secrets/", sent)

    assert answer.status_code == 200
    assert not Secret.objects.exists()


def test_a_refused_key_is_not_sent_back_in_the_form(owner: Client) -> None:
    sent = {"kind": "llm_key", "address": "http://10.0.0.1/v1", "value": KEY}

    page = owner.post("/projects/jokes/secrets/", sent).content.decode()

    assert "does not ask" in page
    assert KEY not in page
    assert not Secret.objects.exists()


@pytest.mark.parametrize("role", [Role.RESEARCHER, Role.ANNOTATOR, Role.AUDITOR])
def test_nobody_but_an_owner_comes_near_them(
    client: Client, django_user_model: Any, role: Role
) -> None:
    project = make_project("jokes")
    secret = keep(project=project)
    user = django_user_model.objects.create_user("ann")
    Membership.objects.create(project=project, user=user, role=role)
    client.force_login(user)

    seen = client.get("/projects/jokes/secrets/").status_code
    deleted = client.post(f"/projects/jokes/secrets/{secret.pk}/delete/").status_code

    assert (seen, deleted) == (403, 403)
    assert Secret.objects.exists()
