"""Fits as processes of this machine."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from tests.training.factories import LABELS, TFIDF, make_folder
from training.executors import EXECUTORS, local, open_executor
from training.executors.base import Ended, Handle
from training.executors.local import VISIBLE, LocalExecutor, own_devices
from training.fitting.child import Child
from training.fitting.config import FitConfig
from training.fitting.fork_server import ForkServer
from training.fitting.run_folder import RunFolder

CONFIG = replace(TFIDF, labels=LABELS)
ENDLESS = FitConfig(labels=LABELS, max_steps=100_000)


def wait_for(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + 120
    while not true():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.02)


def end_of(handle: Handle) -> Ended:
    wait_for(handle.ended)
    ended = handle.ended()
    assert ended is not None
    return ended


@pytest.fixture
def executor() -> Iterator[LocalExecutor]:
    opened = LocalExecutor(2, devices=())
    yield opened
    opened.close()


def test_a_started_folder_ends_finished(executor: LocalExecutor, tmp_path: Path) -> None:
    handle = executor.start(make_folder(tmp_path, CONFIG))

    assert end_of(handle) == Ended()
    assert handle.folder.is_finished()


def test_a_killed_fit_is_lost_and_a_refused_one_is_not(
    executor: LocalExecutor, tmp_path: Path
) -> None:
    killed = executor.start(make_folder(tmp_path / "killed", ENDLESS))
    refused_folder = make_folder(tmp_path / "refused", CONFIG)
    refused_folder.train.write_text("")
    os.kill(killed._child.pid, signal.SIGKILL)
    refused = executor.start(refused_folder)

    assert end_of(killed).lost
    assert end_of(refused) == Ended(complaint="train.jsonl has no rows.")


def test_closing_leaves_no_fit_behind(tmp_path: Path) -> None:
    executor = LocalExecutor(1, devices=())
    handle = executor.start(make_folder(tmp_path, ENDLESS))

    executor.close()

    assert handle.ended() is not None


def test_fits_are_spread_over_the_devices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def noted(folder: RunFolder, extra: Mapping[str, str], *, server: ForkServer | None) -> Child:
        seen.append(extra[VISIBLE])
        return Child(folder, extra, server=server)

    monkeypatch.setattr(local, "Child", noted)
    executor = LocalExecutor(devices=("0", "3"))

    for at in range(3):
        executor.start(make_folder(tmp_path / str(at), ENDLESS))
    executor.close()

    assert executor.capacity == 2
    assert seen == ["0", "3", "0"]


def test_fits_of_a_kind_share_one_server_and_a_killed_one_is_replaced(tmp_path: Path) -> None:
    executor = LocalExecutor(2, devices=())
    configs = (CONFIG, ENDLESS, CONFIG)
    folders = [make_folder(tmp_path / str(at), one) for at, one in enumerate(configs)]
    servers = [executor._server(folder) for folder in folders]
    first = servers[0]
    assert first is not None

    os.kill(first.pid, signal.SIGKILL)
    wait_for(lambda: first.gone)
    handle = executor.start(folders[0])

    assert servers[0] is servers[2]
    assert servers[0] is not servers[1]
    assert end_of(handle) == Ended()
    executor.close()


def test_devices_are_those_the_environment_leaves_visible(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VISIBLE, "2, 5")
    assert own_devices() == ("2", "5")

    monkeypatch.setenv(VISIBLE, "-1")
    assert own_devices() == ()


def test_without_devices_there_is_one_fit_per_core() -> None:
    assert LocalExecutor(devices=()).capacity >= 1
    assert LocalExecutor(7, devices=("0",)).capacity == 7


def test_executors_are_opened_by_name() -> None:
    executor = open_executor("local", parallel=3)

    assert executor.capacity == 3
    assert "ray" in EXECUTORS
