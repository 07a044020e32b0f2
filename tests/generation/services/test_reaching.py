"""Looking whether a language model answers, without giving the key away."""

from __future__ import annotations

from collections.abc import Mapping

import httpx
import pytest

from generation.services import reaching

ELSEWHERE = "https://elsewhere.example/v1"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Addresses that were asked, with the key they got; each wants another one."""
    calls: list[tuple[str, str]] = []

    def get(address: str, *, headers: Mapping[str, str], timeout: float) -> httpx.Response:
        calls.append((address, headers.get("Authorization", "")))
        return httpx.Response(401)

    monkeypatch.setattr(httpx, "get", get)
    monkeypatch.setenv("CONCORD_LLM_KEY", "own-key")
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    return calls


def test_the_key_is_not_sent_to_a_server_that_only_a_run_has_named(
    asked: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reaching, "_last_used", lambda: ELSEWHERE)

    found = reaching.language_model("")

    assert asked == [(f"{ELSEWHERE}/models", "")]
    assert (found.level, found.says.endswith("none was sent.")) == ("note", True)


@pytest.mark.parametrize("last", ["", reaching.OPENAI])
def test_the_key_of_another_usual_server_is_not_sent_to_openai(
    asked: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch, last: str
) -> None:
    monkeypatch.setattr(reaching, "_last_used", lambda: last)
    monkeypatch.setenv("OPENAI_BASE_URL", ELSEWHERE)

    reaching.language_model("")

    where, key = (reaching.OPENAI, "") if last else (ELSEWHERE, "Bearer own-key")
    assert asked == [(f"{where}/models", key)]


@pytest.mark.parametrize(
    ("given", "last", "usual"),
    [
        (ELSEWHERE, "", ""),
        ("", ELSEWHERE, f"{ELSEWHERE}/"),
        ("", "", ""),
        ("", "http://127.0.0.1:9/v1", ""),
    ],
)
def test_the_key_is_sent_where_the_operator_says_and_to_this_machine(
    asked: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch, given: str, last: str, usual: str
) -> None:
    monkeypatch.setattr(reaching, "_last_used", lambda: last)
    monkeypatch.setenv("OPENAI_BASE_URL", usual)

    found = reaching.language_model(given)

    assert [key for _, key in asked] == ["Bearer own-key"]
    assert found.says.endswith("does not accept the key.")
