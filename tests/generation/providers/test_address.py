from __future__ import annotations

import pytest

from curation.errors import BadInput
from generation.providers.address import OPENAI_URL, api_key, checked_url


def test_without_an_address_it_is_openai() -> None:
    assert checked_url("") == OPENAI_URL


@pytest.mark.parametrize(
    "wrong",
    ["127.0.0.1:8000", "ftp://x/v1", "http://", "http://x:port/v1", "http://[::1/v1"],
)
def test_an_address_that_is_none_gets_a_sentence(wrong: str) -> None:
    with pytest.raises(BadInput, match="not an address"):
        checked_url(wrong)


@pytest.mark.parametrize("wrong", ["https://me:key@llm.example/v1", "https://llm.example/?key=1"])
def test_an_address_with_a_key_in_it_is_not_stored(wrong: str) -> None:
    with pytest.raises(BadInput, match="key in it"):
        checked_url(wrong)


def test_concords_own_key_is_taken_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "theirs")
    monkeypatch.setenv("CONCORD_LLM_KEY", "ours")

    assert api_key("https://llm.example/v1") == "ours"


def test_a_missing_key_gets_a_sentence() -> None:
    with pytest.raises(BadInput, match="CONCORD_LLM_KEY or OPENAI_API_KEY"):
        api_key("https://llm.example/v1")


def test_a_server_on_this_machine_needs_no_key() -> None:
    assert api_key("http://localhost:8000/v1") == "none"


def test_a_key_with_a_line_break_gets_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONCORD_LLM_KEY", "one\ntwo")

    with pytest.raises(BadInput, match="CONCORD_LLM_KEY"):
        api_key("https://llm.example/v1")
