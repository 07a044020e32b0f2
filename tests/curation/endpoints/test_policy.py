"""Who may be asked, by name and by the number that the name leads to."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from curation.endpoints.policy import EndpointRefused, Endpoints, endpoints_of, guard, guarded_by

LAB = Endpoints(allowed=frozenset({"llm.lab.org", "10.0.0.5:8000"}))


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Names and what they lead to, in place of the network."""
    known: dict[str, str] = {}

    def look_up(host: str, port: int, **_: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (known.get(host, host), port))]

    monkeypatch.setattr("socket.getaddrinfo", look_up)
    return known


@pytest.mark.parametrize(
    "url",
    [
        "https://api.openai.com/v1",
        "http://llm.lab.org/v1",
        "https://LLM.lab.org:9000",
        "http://10.0.0.5:8000/v1",
    ],
)
def test_known_providers_and_allowed_hosts_may_be_asked(url: str) -> None:
    LAB.check(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://api.openai.com/v1",  # the key would go unencrypted
        "http://10.0.0.5:22/",
        "http://169.254.169.254/latest/meta-data/",
        "http://127.0.0.1:8390/",
        "http://localhost/",
        "http://[::1]/",
        "http://2130706433/",
        "http://0.0.0.0/",
        "https://api.openai.com.evil.org/v1",
        "https://evil.org/api.openai.com",
        "https://api.openai.com@evil.org/",
        "file:///etc/passwd",
    ],
)
def test_nobody_else_may(url: str) -> None:
    with pytest.raises(EndpointRefused, match=r"does not ask|over https only"):
        LAB.check(url)


@pytest.mark.parametrize("url", ["http://[x", "https://api.openai.com:99999999/", "http://a]b"])
def test_what_is_no_address_is_refused_in_words(url: str) -> None:
    with pytest.raises(EndpointRefused, match="is no address of a server"):
        LAB.check(url)


@pytest.mark.parametrize(
    "number",
    ["127.0.0.1", "10.0.0.5", "192.168.1.1", "169.254.169.254", "::1", "fe80::1", "::ffff:10.0.0.1",
     "0.0.0.0", "100.64.0.1", "224.0.0.1"],
)  # fmt: skip
def test_a_known_name_that_leads_into_a_private_network_is_not_followed(
    names: dict[str, str], number: str
) -> None:
    names["api.openai.com"] = number

    with pytest.raises(EndpointRefused, match="leads to"):
        LAB.addresses("api.openai.com", 443)


def test_an_allowed_host_may_lie_in_the_private_network_but_not_be_the_machines_own_service(
    names: dict[str, str],
) -> None:
    names["llm.lab.org"] = "10.1.2.3"
    assert LAB.addresses("llm.lab.org", 80) == ["10.1.2.3"]

    names["llm.lab.org"] = "169.254.169.254"
    with pytest.raises(EndpointRefused, match=r"169\.254\.169\.254"):
        Endpoints(allowed=LAB.allowed).addresses("llm.lab.org", 80)


def test_a_name_that_changes_its_mind_is_not_asked_twice(names: dict[str, str]) -> None:
    endpoints = Endpoints()
    names["api.openai.com"] = "104.18.7.192"
    first = endpoints.addresses("api.openai.com", 443)

    names["api.openai.com"] = "127.0.0.1"

    assert endpoints.addresses("api.openai.com", 443) == first == ["104.18.7.192"]


def test_a_laptop_may_ask_its_own_servers_until_others_reach_its_pages() -> None:
    alone = endpoints_of({}, public_url="http://127.0.0.1:8321")
    named = endpoints_of({"CONCORD_ALLOWED_ENDPOINTS": ""}, public_url="http://127.0.0.1:8321")
    usual = endpoints_of(
        {"OPENAI_BASE_URL": "http://127.0.0.1:9000/v1"}, public_url="https://concord.lab.org"
    )

    alone.check("http://127.0.0.1:11434/v1")
    usual.check("http://127.0.0.1:9000/v1")
    with pytest.raises(EndpointRefused):
        named.check("http://127.0.0.1:11434/v1")
    with pytest.raises(EndpointRefused):
        usual.check("http://127.0.0.1:9001/v1")


def test_commands_are_free_and_the_guard_ends_with_its_block() -> None:
    before = guard()
    with guarded_by(LAB):
        inside = guard()

    assert (before, inside, guard()) == (None, LAB, None)
