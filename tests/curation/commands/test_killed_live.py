"""The main job killed at three stages, against a real Label Studio server."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.curation.commands.main_job import ROOT, MainJob, numbers

pytestmark = pytest.mark.live

COUNT = 16


@pytest.fixture
def label_studio_venv() -> Path:
    """An environment that has Label Studio."""
    venv = Path(os.environ.get("CONCORD_LS_VENV", ROOT / "var" / "label_studio" / "venv"))
    if not (venv / "bin" / "label-studio").exists():
        pytest.skip("Label Studio is not installed (manage.py labelstudio install)")
    return venv


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def test_the_main_job_survives_three_kills_and_equals_one_that_ran_through(
    tmp_path: Path, label_studio_venv: Path
) -> None:
    job, quiet = (
        MainJob(
            home=tmp_path / name,
            count=COUNT,
            environment={
                "CONCORD_LABEL_STUDIO_VENV": str(label_studio_venv),
                "CONCORD_LABEL_STUDIO_PORT": free_port(),
            },
        )
        for name in ("shaken", "quiet")
    )

    job.kill_in("Send tasks", after=0.15)
    job.kill_in("Simulated crowd", after=2.5)
    job.kill_in("classifiers", after=1.5)
    ended = job.finish()

    annotation = ended["annotation"]
    assert annotation["annotations"] == annotation["tasks"] * annotation["overlap"] == COUNT * 5
    assert annotation["server_version"]
    assert numbers(ended) == numbers(quiet.finish())
    assert not server_runs(job)


def server_runs(job: MainJob) -> bool:
    """Whether the job has left its server behind."""
    asked = subprocess.run(
        [sys.executable, "manage.py", "labelstudio", "status", "--json"],
        cwd=ROOT,
        env={**os.environ, "CONCORD_HOME": str(job.home), **job.environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return '"running": true' in asked.stdout
