"""Fits in processes of their own: how they end, and how they are ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.training.factories import LABELS, TFIDF, make_folder, read_json
from training.fitting.child import Child
from training.fitting.config import FitConfig
from training.fitting.fork_server import ForkServer
from training.fitting.processes import ROOT
from training.fitting.run_folder import RunFolder

CONFIG = replace(TFIDF, labels=LABELS)
ENDLESS = FitConfig(labels=LABELS, max_steps=100_000)


def wait_until(true: Callable[[], object], *, seconds: float = 120.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.02)


def ended(child: Child) -> int:
    wait_until(lambda: child.exit_code() is not None)
    code = child.exit_code()
    assert code is not None
    return code


def is_gone(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state == "Z"


@pytest.fixture(params=["alone", "forked"])
def server(request: pytest.FixtureRequest) -> Iterator[ForkServer | None]:
    """Both ways in which a fit is started."""
    if request.param == "alone":
        yield None
        return
    opened = ForkServer(CONFIG)
    yield opened
    opened.close()


def test_a_child_killed_in_the_middle_is_started_over_cleanly(
    tmp_path: Path, server: ForkServer | None
) -> None:
    folder = make_folder(tmp_path, CONFIG)
    first = Child(folder, server=server)
    wait_until(folder.progress.exists)
    os.kill(first.pid, signal.SIGKILL)

    assert ended(first) == -signal.SIGKILL
    assert "SIGKILL" in first.complaint()
    assert not folder.is_finished()

    second = Child(folder, server=server)

    assert ended(second) == 0
    assert folder.is_finished()


@pytest.mark.parametrize("server", ["None", "ForkServer(FitConfig())"])
def test_a_child_dies_with_its_parent(tmp_path: Path, server: str) -> None:
    make_folder(tmp_path, ENDLESS)
    code = (
        "import sys, time, pathlib;"
        "from training.fitting.child import Child;"
        "from training.fitting.config import FitConfig;"
        "from training.fitting.fork_server import ForkServer;"
        "from training.fitting.run_folder import RunFolder;"
        f"server = {server};"
        "folder = RunFolder(pathlib.Path(sys.argv[1]));"
        "print(server.pid if server else 0, Child(folder, server=server).pid, flush=True);"
        "time.sleep(60)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    helper, pid = map(int, parent.stdout.readline().split())
    wait_until((tmp_path / "progress.json").exists)
    assert not is_gone(pid)

    parent.kill()
    parent.wait()
    parent.stdout.close()

    wait_until(lambda: is_gone(pid) and (not helper or is_gone(helper)), seconds=60)


def test_ending_a_child_leaves_no_process(tmp_path: Path, server: ForkServer | None) -> None:
    child = Child(make_folder(tmp_path, ENDLESS), server=server)
    pid = child.pid
    wait_until((tmp_path / "progress.json").exists)

    child.end()

    assert is_gone(pid)
    assert child.exit_code() is not None


def test_two_children_over_one_folder_fit_it_once(
    tmp_path: Path, server: ForkServer | None
) -> None:
    folder = make_folder(tmp_path, CONFIG)

    children = [Child(folder, server=server), Child(folder, server=server)]

    assert [ended(child) for child in children] == [0, 0]
    assert folder.is_finished()


def test_a_child_with_a_bad_config_says_one_sentence(
    tmp_path: Path, server: ForkServer | None
) -> None:
    folder = make_folder(tmp_path, CONFIG)
    folder.config.write_text('{"labels": ["joke", "news"], "classifier": "oracle"}')

    child = Child(folder, server=server)

    assert ended(child) == 1
    said = child.complaint()
    assert said == "There is no classifier 'oracle'; there are transformer, probe, tfidf."
    assert (tmp_path / "stderr.log").read_text().count("\n") == 1


@pytest.mark.parametrize("forked", [False, True])
def test_a_child_does_not_see_keys_of_its_parent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, forked: bool
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    server = ForkServer(CONFIG) if forked else None
    child = Child(make_folder(tmp_path, ENDLESS), server=server)

    seen = Path(f"/proc/{child.pid}/environ").read_bytes()
    child.end()
    if server:
        server.close()

    assert b"OPENAI_API_KEY" not in seen


def test_minilm_learns_after_having_been_killed_at_its_first_steps(tmp_path: Path) -> None:
    config = FitConfig(labels=LABELS, max_steps=12, batch_size=8, save_model=True)
    folder = make_folder(tmp_path, config)
    first = Child(folder)
    wait_until(lambda: (step := first.step()) and step.step >= 1)
    os.kill(first.pid, signal.SIGKILL)
    ended(first)

    second = Child(folder)

    assert ended(second) == 0, second.complaint()
    assert folder.is_finished()
    assert read_json(folder.metrics)["macro_f1"] == 1.0
    assert (folder.model / "model.safetensors").exists()
    assert RunFolder(tmp_path).read_config() == config
