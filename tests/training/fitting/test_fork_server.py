"""What a server of forks does beyond starting fits: its own end, and what a fork inherits."""

from __future__ import annotations

import json
import os
import signal
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.training.factories import LABELS, TFIDF, make_folder, read_json
from tests.training.fitting.test_child import ENDLESS, ended, is_gone, wait_until
from training.fitting.child import Child
from training.fitting.config import FitConfig
from training.fitting.fork_server import ForkServer
from training.fitting.forking import Server
from training.fitting.predictions import read_predictions

CONFIG = replace(TFIDF, labels=LABELS)


@pytest.fixture
def server() -> Iterator[ForkServer]:
    opened = ForkServer(CONFIG)
    yield opened
    opened.close()


def test_forks_give_what_a_process_of_its_own_gives(tmp_path: Path) -> None:
    config = FitConfig(labels=LABELS, max_steps=6, batch_size=8)
    server = ForkServer(config)
    folders = [make_folder(tmp_path / name, config) for name in ("alone", "first", "second")]

    children = [Child(folders[0]), *(Child(folder, server=server) for folder in folders[1:])]

    assert [ended(child) for child in children] == [0, 0, 0]
    probs = [read_predictions(folder, LABELS).probs.tolist() for folder in folders]
    assert probs[1] == probs[0]
    assert probs[2] == probs[0]
    alone, forked = (read_json(folder.metrics)["seconds"] for folder in folders[:2])
    assert forked["import"] < alone["import"] / 4  # type: ignore[index]
    server.close()


def test_a_fork_has_a_log_and_a_session_of_its_own(tmp_path: Path, server: ForkServer) -> None:
    children = [
        Child(make_folder(tmp_path / name, ENDLESS), server=server) for name in ("one", "two")
    ]
    pids = [child.pid for child in children]
    wait_until(lambda: all(child.folder.progress.exists() for child in children))

    assert [os.getsid(pid) for pid in pids] == pids
    children[0].end()
    assert is_gone(pids[0])
    assert not is_gone(pids[1])
    assert children[0].folder.log.exists()


def test_extra_variables_reach_the_fork_alone(tmp_path: Path, server: ForkServer) -> None:
    second_of_two = {"RANK": "1"}  # such a process leaves writing to the first
    helper = Child(make_folder(tmp_path / "one", CONFIG), second_of_two, server=server)
    after_it = Child(make_folder(tmp_path / "two", CONFIG), server=server)

    assert [ended(helper), ended(after_it)] == [0, 0]
    assert [child.folder.is_finished() for child in (helper, after_it)] == [False, True]


def test_a_process_that_ended_is_remembered_until_it_was_told(
    tmp_path: Path, server: ForkServer
) -> None:
    child = Child(make_folder(tmp_path, CONFIG), server=server)
    pid = child.pid

    wait_until(lambda: is_gone(pid))

    assert Path(f"/proc/{pid}").exists()  # nobody else can have its number
    assert ended(child) == 0
    wait_until(lambda: not Path(f"/proc/{pid}").exists())


def test_fits_of_a_server_that_was_killed_are_lost_and_end(
    tmp_path: Path, server: ForkServer
) -> None:
    child = Child(make_folder(tmp_path, ENDLESS), server=server)
    pid = child.pid
    wait_until(child.folder.progress.exists)

    os.kill(server.pid, signal.SIGKILL)

    assert ended(child) == -signal.SIGKILL
    wait_until(lambda: is_gone(pid), seconds=60)
    assert server.gone


def test_closing_a_server_ends_its_forks(tmp_path: Path) -> None:
    server = ForkServer(CONFIG)
    child = Child(make_folder(tmp_path, ENDLESS), server=server)
    pid = child.pid

    server.close()

    wait_until(lambda: is_gone(pid), seconds=60)


def test_a_server_whose_imports_fail_lets_each_fit_say_so(tmp_path: Path) -> None:
    folder = make_folder(tmp_path, CONFIG)
    folder.config.write_text('{"labels": ["joke", "news"], "classifier": "oracle"}')
    server = ForkServer(replace(CONFIG, classifier="tfidf"))

    child = Child(folder, server=server)

    assert ended(child) == 1
    assert child.complaint().startswith("There is no classifier 'oracle'")
    server.close()


def test_a_fit_that_is_ended_while_its_server_loads_never_begins(tmp_path: Path) -> None:
    server = ForkServer(replace(CONFIG, classifier="transformer"))
    child = Child(make_folder(tmp_path, CONFIG), server=server)

    child.end()

    assert child.exit_code() in {-signal.SIGTERM, -signal.SIGKILL}  # it may take long to load
    assert not child.folder.progress.exists()
    assert not child.folder.is_finished()
    server.close()


def test_a_server_that_hangs_is_ended_with_its_fits(tmp_path: Path, server: ForkServer) -> None:
    child = Child(make_folder(tmp_path, ENDLESS), server=server)
    pid = child.pid
    wait_until(child.folder.progress.exists)
    os.kill(server.pid, signal.SIGSTOP)

    child.end()

    assert child.exit_code() == -signal.SIGKILL
    wait_until(lambda: is_gone(pid))
    assert server.gone


def test_a_process_that_cannot_be_made_fails_its_fit_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", refuse)
    folder = make_folder(tmp_path, CONFIG)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        asked = {"run": 3, "folder": str(folder.path), "extra": {}}
        ours.sendall(json.dumps(asked).encode() + b"\n")
        ours.shutdown(socket.SHUT_WR)

        assert Server(theirs).serve() is None  # it has lived on until its owner went
        assert json.loads(ours.recv(1_000)) == {"run": 3, "code": 1}
    assert folder.log.read_text().startswith("No process could be started: [Errno 11] Resource")


def test_a_server_that_ends_by_itself_says_why(tmp_path: Path, server: ForkServer) -> None:
    child = Child(make_folder(tmp_path, ENDLESS), server=server)

    server.say({"what": 1})

    assert ended(child) == -signal.SIGKILL
    assert child.complaint() == "The process that starts fits ended: KeyError: 'run'."


def test_a_closed_server_still_answers_for_its_fits(tmp_path: Path) -> None:
    server = ForkServer(CONFIG)
    child = Child(make_folder(tmp_path, ENDLESS), server=server)

    server.close()

    assert child.exit_code() == -signal.SIGKILL
    child.end()
