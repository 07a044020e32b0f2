"""What the web server takes from a proxy, and what it does not."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

BESIDE = "CONCORD_COUNT_BESIDE"
APP = """
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [environ["SCRIPT_NAME"].encode() + b"|" + environ["PATH_INFO"].encode()]
"""


@pytest.fixture
def port(tmp_path: Path) -> int:
    (tmp_path / "told.py").write_text(APP)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ask(port: int, request: str) -> str:
    until = time.monotonic() + 60
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
                line.sendall(request.encode())
                return line.makefile("rb").read().decode()
        except ConnectionRefusedError:
            assert time.monotonic() < until, "the server did not start"
            time.sleep(0.1)


def test_a_client_cannot_say_how_the_addresses_that_we_write_begin(
    tmp_path: Path, port: int
) -> None:
    command = [sys.executable, "-m", "gunicorn", "-c", "python:curation.gunicorn"]
    command += ["told:application", "--bind", f"127.0.0.1:{port}", "--pythonpath", str(tmp_path)]
    server = subprocess.Popen(command, cwd=Path(__file__).parents[3])
    try:
        head = "Host: x\r\nSCRIPT_NAME: //evil.example.org\r\nConnection: close\r\n\r\n"
        answer = ask(port, f"GET //evil.example.org/account/ HTTP/1.1\r\n{head}")
    finally:
        server.terminate()
        server.wait(120)

    assert "\r\n|//evil.example.org/account/\r\n" in answer


@pytest.mark.parametrize(("given", "said"), [(None, "1"), ("0", "0")])
def test_pages_do_not_wait_for_old_numbers_unless_the_operator_wants_them_to(
    given: str | None, said: str
) -> None:
    environment = {name: value for name, value in os.environ.items() if name != BESIDE}
    command = [sys.executable, "-c", "from curation import gunicorn; print(*gunicorn.raw_env)"]

    told = subprocess.run(
        command,
        cwd=Path(__file__).parents[3],
        env=environment | ({} if given is None else {BESIDE: given}),
        capture_output=True,
        text=True,
        check=True,
    )

    assert told.stdout.strip() == f"{BESIDE}={said}"
