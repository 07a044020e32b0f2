"""One run shared by several processes, as `accelerate launch` starts them on several cards.

On processors it would start them through MPI only; on cards it starts `torch.distributed.run`.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.training.factories import LABELS, make_folder, read_json
from tests.training.fitting.tiny_bert import make_tiny_bert
from training.fitting.config import FitConfig
from training.fitting.errors import BadConfig
from training.fitting.predictions import read_predictions
from training.fitting.processes import ROOT, clean_environment
from training.fitting.run import run
from training.fitting.run_folder import RunFolder


def launch(folder: RunFolder, *, processes: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node",
            str(processes), "-m", "training.fitting", str(folder.path),
        ],
        cwd=ROOT, env=clean_environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.usefixtures("own_environment")
def test_two_processes_share_a_run_and_write_it_once(tmp_path: Path) -> None:
    config = FitConfig(
        labels=LABELS, model=str(make_tiny_bert(tmp_path / "bert")), max_steps=4, batch_size=4,
        evaluate_every=2, dynamics=True,
    )  # fmt: skip
    alone, shared = (make_folder(tmp_path / name, config) for name in ("alone", "shared"))

    run(alone)
    done = launch(shared, processes=2)

    assert done.returncode == 0, done.stderr
    assert shared.is_finished()
    assert read_json(shared.environment)["processes"] == 2
    said = [read_predictions(folder, LABELS).probs for folder in (alone, shared)]
    assert said[1] == pytest.approx(said[0], abs=0.02)  # dropout is drawn in each process


def test_rows_that_processes_cannot_share_evenly_get_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from training.fitting.classifiers.fine_tuning import rows_per_process

    monkeypatch.setenv("WORLD_SIZE", "3")
    with pytest.raises(BadConfig, match="batch_size is 16, which 3 processes cannot share"):
        rows_per_process(replace(FitConfig(), batch_size=16))
