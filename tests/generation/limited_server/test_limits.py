"""The limits hold, and the server says how it stands with them."""

from __future__ import annotations

import statistics
import threading
import time

import pytest

from tests.generation.limited_server import LimitedServer
from tests.generation.limited_server.asking import ask, client_of, flood, refusal_of, request


def test_a_limit_of_requests_is_never_exceeded_by_two_percent(limited: LimitedServer) -> None:
    limited.configure(rpm=6_000, burst_seconds=0.02)

    flood(limited, seconds=1)

    stats = limited.stats()
    assert 80 <= stats["admission_rate"] <= 102  # a second; less where the flood was too slow
    assert stats["refused_429"] > 0
    assert stats["seen"] == stats["admitted"] + stats["refused_429"]
    assert sum(stats["admissions_by_second"]) == stats["admitted"]


def test_a_limit_of_tokens_is_never_exceeded_by_two_percent(limited: LimitedServer) -> None:
    limited.configure(tpm=600_000, burst_seconds=0.02)

    flood(limited, seconds=1)

    stats = limited.stats()
    seconds = stats["last_admission"] - stats["first_admission"]
    first = stats["tokens_admitted"] / stats["admitted"]
    assert 8_000 <= (stats["tokens_admitted"] - first) / seconds <= 10_200
    assert stats["turned_away"] == {"tokens": stats["refused_429"]}


def test_headers_say_what_is_left_as_openai_writes_it(limited: LimitedServer) -> None:
    limited.configure(rpm=60, tpm=60_000, burst_seconds=60)

    with client_of(limited) as client:
        headers = client.chat.completions.with_raw_response.create(**request()).headers

    assert headers["x-ratelimit-limit-requests"] == "60"
    assert headers["x-ratelimit-remaining-requests"] == "59"
    assert headers["x-ratelimit-reset-requests"] in {"1s", "999ms", "998ms", "997ms"}
    tokens = limited.stats()["tokens_admitted"]
    assert int(headers["x-ratelimit-remaining-tokens"]) == pytest.approx(60_000 - tokens, abs=20)
    assert headers["x-ratelimit-reset-tokens"].endswith("ms")


def test_one_request_too_many_hears_when_to_come_back(limited: LimitedServer) -> None:
    limited.configure(rpm=30)
    ask(limited)

    error = refusal_of(limited)

    assert (error.status_code, error.code) == (429, "rate_limit_exceeded")
    assert error.response.headers["retry-after"] == "2"
    assert 1_000 <= int(error.response.headers["retry-after-ms"]) <= 2_000
    assert limited.stats()["billed"] == 1


def test_what_it_says_about_waiting_can_be_set(limited: LimitedServer) -> None:
    limited.configure(rpm=30, retry_after_seconds=7, retry_after_ms=False, headers=False)
    ask(limited)

    headers = refusal_of(limited).response.headers

    assert headers["retry-after"] == "7"
    assert not [name for name in headers if "ms" in name or name.startswith("x-ratelimit")]


def test_tokens_can_be_counted_as_asked_for(limited: LimitedServer) -> None:
    limited.configure(tpm=60_000, tpm_counts="asked", burst_seconds=1)
    ask(limited, max_tokens=1_000)

    error = refusal_of(limited, max_tokens=1_000)

    assert 100 <= int(error.response.headers["retry-after-ms"]) <= 1_025


@pytest.mark.parametrize("status", [429, 503])
def test_more_at_once_than_allowed_is_refused(limited: LimitedServer, status: int) -> None:
    limited.configure(latency_s=0.5, concurrency_limit=1, concurrency_status=status)
    first = threading.Thread(target=ask, args=(limited,))
    first.start()
    while not limited.stats()["working"]:
        time.sleep(0.01)

    error = refusal_of(limited)

    first.join()
    assert error.status_code == status
    assert "retry-after" not in error.response.headers
    assert limited.stats()["turned_away"] == {"concurrency": 1}
    assert limited.stats()["most_working"] == 1


def test_latency_has_its_mean_and_its_spread(limited: LimitedServer) -> None:
    limited.configure(latency_s=0.05, latency_spread=0.5)
    took = []
    with client_of(limited) as client:
        client.models.list()
        for number in range(20):
            began = time.monotonic()
            client.chat.completions.create(**request(number))
            took.append(time.monotonic() - began)

    assert min(took) >= 0.025
    assert 0.04 <= statistics.mean(took) <= 0.2
    assert statistics.stdev(took) > 0.005
