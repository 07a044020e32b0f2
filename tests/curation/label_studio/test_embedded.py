"""The embedded server's guards, against a stand-in for the `label-studio` command."""

from __future__ import annotations

import http.server
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from curation.label_studio import embedded, processes
from curation.label_studio.credentials import Credentials
from curation.label_studio.embedded import EmbeddedServer
from curation.label_studio.errors import NotInstalled, NotStarted, PortTaken


@pytest.fixture(autouse=True)
def _short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "START_SECONDS", 120.0)
    monkeypatch.setattr(embedded, "ANSWER_SECONDS", 1.0)


def test_it_starts_answers_and_stops(stub_server: EmbeddedServer) -> None:
    credentials = stub_server.start()
    running = stub_server.status()
    stub_server.stop()

    stopped = stub_server.status()
    assert credentials.url == running.url == f"http://127.0.0.1:{stub_server.port}"
    assert running.healthy
    assert (stopped.installed, stopped.running, stopped.healthy) == (True, False, False)
    assert processes.port_is_free(stub_server.port)


def test_a_second_start_finds_the_first(stub_server: EmbeddedServer) -> None:
    first = stub_server.start()
    pid = stub_server.status().pid

    assert stub_server.start() == first
    assert stub_server.status().pid == pid


def test_another_process_finds_it_too_even_without_its_pid_file(
    stub_server: EmbeddedServer,
) -> None:
    stub_server.start()
    pid = stub_server.status().pid
    (stub_server.home / "server.pid").unlink()

    other = EmbeddedServer(stub_server.home, port=stub_server.port, venv=stub_server.venv)

    assert other.status().pid == pid
    other.stop()
    assert not stub_server.status().running


def test_two_starts_at_the_same_time_start_one_server(stub_server: EmbeddedServer) -> None:
    program = (
        "import sys; from pathlib import Path; "
        "from curation.label_studio.embedded import EmbeddedServer; "
        f"server = EmbeddedServer(Path({str(stub_server.home)!r}), port={stub_server.port}, "
        f"venv=Path({str(stub_server.venv)!r})); server.start(); print(server.status().pid)"
    )

    starts = [
        subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    printed = {start.communicate(timeout=120)[0] for start in starts}

    assert [start.returncode for start in starts] == [0, 0, 0]
    assert len(printed) == 1


def test_it_starts_again_after_being_killed(stub_server: EmbeddedServer) -> None:
    first = stub_server.start()
    pid = stub_server.status().pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    assert processes.wait_until(lambda: not stub_server.status().running, seconds=60)

    again = stub_server.start()

    assert again == first
    assert stub_server.status().pid != pid


def test_a_pid_file_that_names_another_process_is_not_believed(stub_server: EmbeddedServer) -> None:
    (stub_server.home / "server.pid").write_text(f"{os.getpid()}\n")

    assert not stub_server.status().running
    stub_server.stop()
    stub_server.start()

    assert stub_server.status().healthy


def test_a_server_of_another_folder_is_not_ours(
    stub_server: EmbeddedServer, tmp_path: Path, free_port: Callable[[], int]
) -> None:
    stub_server.start()
    other = EmbeddedServer(tmp_path / "other", port=stub_server.port, venv=stub_server.venv)
    other.install()

    assert not other.status().running
    with pytest.raises(PortTaken):
        other.start()
    other.stop()
    assert stub_server.status().healthy


def test_a_port_used_by_another_program_is_told_before_starting(
    stub_server: EmbeddedServer,
) -> None:
    foreign = http.server.ThreadingHTTPServer(
        ("127.0.0.1", stub_server.port), http.server.BaseHTTPRequestHandler
    )
    thread = threading.Thread(target=foreign.serve_forever, args=(0.02,))
    thread.start()

    with pytest.raises(PortTaken, match=f"Port {stub_server.port} .* another port"):
        stub_server.start()

    foreign.shutdown()
    foreign.server_close()
    thread.join()
    assert not (stub_server.data / "environment-start.json").exists()


def test_the_server_sees_nothing_of_our_environment(
    stub_server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DJANGO_SETTINGS_MODULE", "DEBUG", "SECRET_KEY", "PORT", "LABEL_STUDIO_HOST"):
        monkeypatch.setenv(name, "from us")

    stub_server.start()

    seen = json.loads((stub_server.data / "environment-start.json").read_text())
    assert "from us" not in seen.values()
    assert seen["HOME"] == str(stub_server.home)
    assert seen["HTTPS_PROXY"] == "http://127.0.0.1:9"
    assert seen["LABEL_STUDIO_SENTRY_DSN"] == ""


def test_creating_the_database_makes_no_user(stub_server: EmbeddedServer) -> None:
    seen = json.loads((stub_server.data / "environment-version.json").read_text())

    assert not {"LABEL_STUDIO_USERNAME", "LABEL_STUDIO_USER_TOKEN"} & seen.keys()


def test_credentials_are_readable_by_their_owner_only(stub_server: EmbeddedServer) -> None:
    credentials = stub_server.start()

    assert (stub_server.home / "credentials.json").stat().st_mode & 0o777 == 0o600
    assert len(credentials.token) == 40
    assert credentials.token not in repr(credentials)
    assert stub_server.credentials() == credentials


def test_credentials_stay_the_same_on_another_port(
    stub_server: EmbeddedServer, free_port: Callable[[], int]
) -> None:
    first = stub_server.start()
    stub_server.stop()

    moved = EmbeddedServer(stub_server.home, port=free_port(), venv=stub_server.venv).start()

    assert (moved.token, moved.password) == (first.token, first.password)
    assert moved.url != first.url


def test_lost_credentials_are_told_and_leave_no_server_behind(stub_server: EmbeddedServer) -> None:
    stub_server.start()
    stub_server.stop()
    (stub_server.home / "credentials.json").unlink()

    with pytest.raises(NotStarted, match="does not accept the token"):
        stub_server.start()

    assert not stub_server.status().running


def test_spoilt_credentials_are_told(stub_server: EmbeddedServer) -> None:
    (stub_server.home / "credentials.json").write_text("{")

    with pytest.raises(NotStarted, match="cannot be read"):
        stub_server.start()


def test_a_server_that_ends_while_starting_shows_its_last_words(
    stub_server: EmbeddedServer,
) -> None:
    (stub_server.data / "broken").touch()

    with pytest.raises(NotStarted, match="the disk is full"):
        stub_server.start()


def test_a_server_that_does_not_answer_in_time_shows_its_last_words(
    stub_server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "START_SECONDS", 3.0)
    (stub_server.data / "slow").touch()

    with pytest.raises(NotStarted, match=r"within 3 seconds; the end of .*: moving the database"):
        stub_server.start()

    assert not stub_server.status().running


def test_another_program_that_answered_for_a_moment_is_not_called_our_silence(
    stub_server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    (stub_server.data / "slow").touch()
    answers = iter([True])
    monkeypatch.setattr(stub_server, "_is_up", lambda port: next(answers, False))

    with pytest.raises(NotStarted, match="Another program answered on port"):
        stub_server.start()

    assert not stub_server.status().running


def test_a_log_that_grew_too_long_is_emptied(
    stub_server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "LOG_LIMIT", 100)
    stub_server.log.write_text("x" * 101)

    stub_server.start()

    assert stub_server.log.stat().st_size <= 100


def test_a_start_without_an_installation_says_what_to_do(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path / "nothing")

    with pytest.raises(NotInstalled, match="labelstudio install"):
        server.start()
    server.stop()
    assert not server.status().installed
    with pytest.raises(NotStarted, match="never started"):
        server.credentials()


def test_credentials_do_not_show_their_secrets() -> None:
    credentials = Credentials(url="http://x", email="a@b.org", password="pw", token="tk")

    assert "pw" not in repr(credentials)
    assert "tk" not in repr(credentials)
