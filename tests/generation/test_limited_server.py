"""The limited server as a process, and its limits by a clock that the test moves.

What it answers is tested beside it, in `limited_server/`.
"""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.generation.limited_server import LimitedServer, ServerConfig
from tests.generation.limited_server.asking import ask, refusal_of
from tests.generation.limited_server.limits import Bucket, FixedWindow, Limits, Refused

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("window", ["bucket", "fixed"])
def test_whoever_asks_all_the_time_gets_the_limit_and_no_more(window: str) -> None:
    config = ServerConfig(rpm=600, window=window, window_seconds=1)
    limits = Limits(config, now=0.0)

    moments = [step / 1000 for step in range(100_000)]
    admitted = sum(limits.admit(1, moment) is None for moment in moments)

    assert admitted == pytest.approx(1_000, abs=10)  # 10 a second, and one bucket on top


def test_the_tighter_limit_rules_and_a_refusal_takes_nothing() -> None:
    limits = Limits(ServerConfig(rpm=600, tpm=6_000), now=0.0)

    assert limits.admit(100, 0.0) is None
    assert limits.admit(50, 0.25) == Refused("tokens", 0.25)
    assert limits.headers(0.25)["x-ratelimit-remaining-requests"] == "10"
    assert limits.admit(50, 0.5) is None


def test_a_full_bucket_admits_what_is_larger_than_itself() -> None:
    bucket = Bucket(rate=10, capacity=5, now=0.0)

    assert bucket.wait(50, 0.0) == 0
    bucket.take(50, 0.0)

    assert bucket.wait(1, 0.0) == pytest.approx(4.6)
    assert bucket.wait(1, 4.6) == 0
    assert bucket.remaining(4.6) == pytest.approx(1)
    assert bucket.reset(4.6) == pytest.approx(0.4)


def test_a_fixed_window_starts_anew_and_keeps_nothing() -> None:
    window = FixedWindow(rate=1, seconds=10, now=0.0)
    for _ in range(10):
        window.take(1, 3.0)

    assert window.wait(1, 4.0) == pytest.approx(6)
    assert window.wait(1, 10.0) == 0
    assert window.remaining(35.0) == 10
    assert window.reset(35.0) == pytest.approx(5)


def test_the_log_has_one_line_for_each_request_the_model_worked_on(tmp_path: Path) -> None:
    log = tmp_path / "bills.jsonl"

    with LimitedServer(log=str(log), rpm=60, burst_seconds=2) as server:
        answer = ask(server, 5)
        ask(server, 5)
        refusal_of(server, 6)
        bills = server.bills()

    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert lines == bills
    assert [line["outcome"] for line in lines] == ["ok", "ok"]
    assert lines[0]["hash"] == lines[1]["hash"]
    assert {line["seed"] for line in lines} == {5}
    assert lines[0]["prompt_tokens"] == answer.usage.prompt_tokens
    assert lines[0]["completion_tokens"] == answer.usage.completion_tokens


def test_a_setting_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="no such settings: rmp"):
        LimitedServer(rmp=1)
    with pytest.raises(ValueError, match="add up to 1"):
        ServerConfig(cut=0.6, timeout=0.6)


def test_settings_can_be_changed_while_it_runs_and_wrong_ones_are_refused() -> None:
    with LimitedServer() as server:
        server.configure(error_500=1)
        assert refusal_of(server).status_code == 500

        with pytest.raises(urllib.error.HTTPError, match="400") as refused:
            server.configure(error_500=2)
        refused.value.close()


def test_it_can_be_started_by_hand() -> None:
    program = [sys.executable, "-m", "tests.generation.limited_server", "--config", '{"rpm": 60}']
    with subprocess.Popen(program, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/control/config") as response:
            assert json.loads(response.read())["rpm"] == 60
        process.terminate()

    assert process.returncode == 0


def test_the_server_ends_with_whoever_started_it() -> None:
    server = LimitedServer()
    process = server._process

    assert process.stdin is not None
    process.stdin.close()

    assert process.wait(60) == 0
    server.stop()
