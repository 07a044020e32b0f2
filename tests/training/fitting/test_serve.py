"""Kept models that answer from a process of their own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.training.factories import LABELS, TFIDF, make_folder
from tests.training.fitting.test_child import ended, is_gone, wait_until
from training.fitting.child import Child
from training.fitting.config import FitConfig
from training.fitting.errors import BadModel
from training.fitting.predictions import read_predictions
from training.fitting.processes import ROOT
from training.fitting.rows import read_rows
from training.fitting.run_folder import RunFolder
from training.fitting.served import ServedModel

KEPT = replace(TFIDF, labels=LABELS, save_model=True)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """A finished run with its model; no test changes it."""
    return fitted(tmp_path_factory.mktemp("kept"))


def fitted(path: Path, config: FitConfig = KEPT) -> RunFolder:
    folder = make_folder(path, config)
    child = Child(folder)
    assert ended(child) == 0, child.complaint()
    return folder


@contextmanager
def serving(folder: RunFolder) -> Iterator[ServedModel]:
    served = ServedModel(folder)
    try:
        yield served
    finally:
        served.end()


def serve(folder: RunFolder, *lines: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "training.fitting.serve", str(folder.path)],
        cwd=ROOT,
        input="".join(f"{line}\n" for line in lines),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    "config", [KEPT, FitConfig(labels=LABELS, max_steps=6, batch_size=8, save_model=True)]
)
def test_a_kept_model_says_what_the_run_said_about_its_test_rows(
    tmp_path: Path, config: FitConfig
) -> None:
    folder = fitted(tmp_path, config)
    rows = read_rows(folder.test, LABELS)

    with serving(folder) as served:
        answers = served([row.text for row in rows])

    before = read_predictions(folder, LABELS).probs
    assert [list(answer) for answer in answers] == [list(LABELS)] * len(rows)
    for answer, probs in zip(answers, before.tolist(), strict=True):
        assert list(answer.values()) == pytest.approx(probs, abs=1e-6)


def test_it_answers_line_by_line_and_ends_with_its_input(kept: RunFolder) -> None:
    done = serve(kept, '{"texts": ["budget"]}', '{"texts": []}', "nonsense", '{"a": 1}')

    opening, one, none, *errors = map(json.loads, done.stdout.splitlines())
    assert (done.returncode, done.stderr) == (0, "")
    assert opening == {"labels": ["joke", "news"]}
    assert sum(one["probs"][0]) == pytest.approx(1)
    assert none == {"probs": []}
    assert ["must be an object" in answer["error"] for answer in errors] == [True, True]


def test_a_label_that_no_training_row_had_gets_nothing(tmp_path: Path) -> None:
    folder = fitted(tmp_path, replace(KEPT, labels=("poem", *LABELS)))

    with serving(folder) as served:
        (answer,) = served(["parliament voted"])

    assert (answer["poem"], max(answer, key=lambda name: answer[name])) == (0.0, "news")


def test_a_run_without_a_model_says_one_sentence(tmp_path: Path) -> None:
    folder = fitted(tmp_path, replace(KEPT, save_model=False))

    done = serve(folder)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"The run in {tmp_path.name} kept no model.\n"
    with pytest.raises(BadModel, match="kept no model"):
        ServedModel(folder)


def test_a_broken_model_says_one_sentence(tmp_path: Path, kept: RunFolder) -> None:
    shutil.copytree(kept.path, tmp_path, dirs_exist_ok=True)
    folder = RunFolder(tmp_path)
    (folder.model / "weights.npz").write_bytes(b"nothing")

    with pytest.raises(BadModel, match="The kept model cannot be read"):
        ServedModel(folder)


def test_a_server_that_is_killed_is_replaced(kept: RunFolder) -> None:
    with serving(kept) as served:
        before = served(["parliament voted"])
        first = served.pid
        os.kill(first, signal.SIGKILL)

        assert served(["parliament voted"]) == before
        assert served.pid != first


def test_a_server_is_gone_when_its_owner_ends_it(kept: RunFolder) -> None:
    with serving(kept) as served:
        pid = served.pid

    assert is_gone(pid)


def owner(folder: RunFolder, doing: Sequence[str]) -> subprocess.Popen[str]:
    """Another process that has a model served and says the server's id."""
    code = [
        "import sys, pathlib",
        "from training.fitting.run_folder import RunFolder",
        "from training.fitting.served import ServedModel",
        "served = ServedModel(RunFolder(pathlib.Path(sys.argv[1])))",
        "print(served.pid, flush=True)",
        *doing,
    ]
    return subprocess.Popen(
        [sys.executable, "-c", "\n".join(code), str(folder.path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize(
    "doing",
    [["import time", "time.sleep(60)"], ["served(['a text like any other'] * 300_000)"]],
    ids=["while it waits", "while it works"],
)
def test_a_server_dies_with_its_owner(kept: RunFolder, doing: Sequence[str]) -> None:
    parent = owner(kept, doing)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    time.sleep(0.5)  # the owner goes on to what it does
    assert not is_gone(pid)

    parent.kill()
    parent.wait()
    parent.stdout.close()

    wait_until(lambda: is_gone(pid), seconds=60)
