"""A real worker process, killed in the middle of a job; a second one takes the job up again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.curation.commands.main_job import ROOT

SEEDS = 6


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A data folder with a project that can be trained, and a training job that waits."""
    home = tmp_path / "home"
    home.mkdir()
    lines = [
        json.dumps({"id": f"{name}{n}", "text": f"{name} text {n}", "label": name})
        for name in ("joke", "news")
        for n in range(10)
    ]
    (home / "texts.jsonl").write_text("\n".join(lines))
    held_out = "\n".join(lines).replace('"id": "', '"id": "t-').replace(" text ", " held out ")
    (home / "test.jsonl").write_text(held_out)
    manage(home, "migrate", "-v0")
    manage(home, "create_project", "jokes", "--labels", "joke,news")
    manage(home, "import_examples", "jokes", str(home / "texts.jsonl"), "--split", "train")
    manage(home, "import_examples", "jokes", str(home / "test.jsonl"), "--split", "test")
    params = {"sources": ["real"], "seeds": SEEDS, "config": {"classifier": "tfidf"}}
    shell(
        home,
        "from curation import jobs; from curation.models import Project;"
        f"jobs.start('train', Project.objects.get(), {params!r})",
    )
    return home


def environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return {**kept, "CONCORD_HOME": str(home)}


def manage(home: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environment(home),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def shell(home: Path, program: str) -> str:
    return manage(home, "shell", "--no-imports", "-c", program)


def job(home: Path) -> dict[str, Any]:
    """The job that trains; workers start others by themselves."""
    fields = "state,attempts,done,total,error"
    said = shell(
        home,
        "import json; from curation.models import Job;"
        f"print(json.dumps(Job.objects.values(*{fields.split(',')!r}).get(kind='train')))",
    )
    found: dict[str, Any] = json.loads(said.splitlines()[-1])
    return found


def finished_runs(home: Path) -> dict[Path, int]:
    """The last file of each finished run, and when it was written."""
    return {path: path.stat().st_mtime_ns for path in home.rglob("manifest.json")}


def working(home: Path) -> subprocess.Popen[bytes]:
    """A worker that has finished at least one of the job's runs."""
    worker = subprocess.Popen(
        [sys.executable, "manage.py", "worker"],
        cwd=ROOT,
        env=environment(home),
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    while not finished_runs(home) and time.monotonic() < deadline:
        time.sleep(0.1)
    return worker


def test_a_worker_that_is_asked_to_stop_gives_its_job_back_and_no_attempt_is_lost(
    home: Path,
) -> None:
    worker = working(home)

    worker.terminate()
    stopped = worker.wait()
    given_back = job(home)
    kept = finished_runs(home)
    manage(home, "worker", "--batch")

    ended = job(home)
    assert stopped == 0
    assert (given_back["state"], given_back["attempts"]) == ("ready", 0)
    assert (ended["state"], ended["attempts"], ended["error"]) == ("successful", 1, "")
    assert 0 < len(kept) < SEEDS
    assert kept.items() <= finished_runs(home).items()
    assert workers_known(home) == 0


def test_a_killed_workers_job_is_taken_up_again_and_finished_runs_are_kept(home: Path) -> None:
    worker = working(home)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    kept = finished_runs(home)
    assert 0 < len(kept) < SEEDS
    assert job(home)["state"] == "running"  # nobody has noticed yet

    grow_silent(home)
    manage(home, "worker", "--batch")

    ended = job(home)
    assert (ended["state"], ended["attempts"], ended["error"]) == ("successful", 2, "")
    assert len(finished_runs(home)) == SEEDS
    assert kept.items() <= finished_runs(home).items()


def workers_known(home: Path) -> int:
    said = shell(
        home, "from curation.models import WorkerProcess; print(WorkerProcess.objects.count())"
    )
    return int(said.splitlines()[-1])


def grow_silent(home: Path) -> None:
    """Let a minute pass since the last heartbeat."""
    shell(
        home,
        "from datetime import timedelta; from django.db.models import F;"
        "from curation.models import Job;"
        "Job.objects.update(heartbeat_at=F('heartbeat_at') - timedelta(minutes=1))",
    )
