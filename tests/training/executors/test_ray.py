"""Fits on a Ray cluster: two hosts' worth of it on this machine."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.training.executors.ray_cluster import RayCluster, session_of, wait_for
from tests.training.executors.test_local import CONFIG, end_of
from tests.training.factories import LABELS, TFIDF, make_folder
from tests.training.study_program import RUNS
from training.executors.base import Ended
from training.executors.errors import NoCluster
from training.executors.local import LocalExecutor
from training.executors.ray import RayExecutor
from training.executors.ray_fit import RemoteFit, sweep
from training.fitting.config import FitConfig
from training.fitting.processes import ROOT
from training.fitting.run_folder import RunFolder

with_ray = pytest.mark.skipif(
    find_spec("ray") is None, reason="Ray is not installed (requirements-scale.txt)"
)
on_a_cluster = pytest.mark.skipif(
    find_spec("ray") is None or os.environ.get("CONCORD_TEST_RAY") != "1",
    reason="a Ray cluster takes minutes and 1 GB; ask for it with CONCORD_TEST_RAY=1, with Ray "
    "installed (requirements-scale.txt)",
)

# What the services do, without a database: start everything, start what was lost again.
DRIVER = """
import json, sys, time
from pathlib import Path
from training.executors import open_executor
from training.fitting.run_folder import RunFolder
executor, lost = open_executor("ray"), 0
folders = [RunFolder(Path(name)) for name in sys.argv[1:]]
running = [executor.start(folder) for folder in folders if not folder.is_finished()]
started = len(running)
while running:
    time.sleep(0.05)
    for handle in [handle for handle in running if handle.ended() is not None]:
        running.remove(handle)
        if handle.ended().lost:
            lost += 1
            running.append(executor.start(handle.folder))
        elif handle.ended().complaint:
            sys.exit(handle.ended().complaint)
executor.close()
print(json.dumps({"started": started, "lost": lost}))
"""
ROOM = """
from training.executors.ray import RayExecutor
for cpus, gpus in [(None, 1), (0.5, 0.5), (0.25, 1), (4, 0)]:
    print(RayExecutor(cpus=cpus, gpus=gpus).capacity)
"""


@pytest.fixture(scope="module")
def cluster() -> Iterator[RayCluster]:
    started = RayCluster()
    yield started
    started.stop()
    assert not [pid for host in started.hosts for pid in session_of(host.process.pid)]


def folders_in(path: Path, n: int, config: FitConfig = CONFIG) -> list[RunFolder]:
    return [make_folder(path / str(seed), replace(config, seed=seed)) for seed in range(n)]


def finish(process: subprocess.Popen[str]) -> dict[str, int]:
    out, said = process.communicate(timeout=240)
    assert process.returncode == 0, said
    answer: dict[str, int] = json.loads(out.splitlines()[-1])
    return answer


def workers(cluster: RayCluster) -> list[int]:
    """Ids of the workers that fit something now."""
    found = []
    for pid in [pid for host in cluster.hosts for pid in session_of(host.process.pid)]:
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            continue
        if command.startswith(b"ray::RemoteFit"):
            found.append(pid)
    return found


def in_home(home: Path, cluster: RayCluster | None, *arguments: str) -> subprocess.Popen[str]:
    variables = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{home / 'db.sqlite3'}",
        "CONCORD_HOME": str(home),
        **({} if cluster is None else {"RAY_ADDRESS": cluster.address}),
    }
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT, env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def predictions(home: Path) -> dict[str, bytes]:
    found = home.glob("runs/*/*/predictions.parquet")
    return {path.parent.name: path.read_bytes() for path in found}


@on_a_cluster
def test_a_study_on_two_hosts_with_a_worker_killed_ends_as_a_local_one(
    cluster: RayCluster, tmp_path: Path
) -> None:
    local, far = tmp_path / "local", tmp_path / "far"
    local.mkdir()
    in_home(local, None, "manage.py", "migrate", "-v0").communicate()
    in_home(local, None, "-m", "tests.training.study_program", "set_up").communicate()
    shutil.copytree(local, far)

    study = ("manage.py", "study", "run", "s", "--json", "--executor")
    process = in_home(far, cluster, *study, "ray")
    wait_for(lambda: workers(cluster))
    os.kill(workers(cluster)[0], signal.SIGKILL)
    outcome = finish(process)
    finish(in_home(local, None, *study, "local"))

    assert outcome["fitted"] == RUNS
    assert len(predictions(far)) == RUNS
    assert predictions(far) == predictions(local)
    tell = ("-m", "tests.training.study_program", "tell")
    assert finish(in_home(far, None, *tell)) == finish(in_home(local, None, *tell))


@on_a_cluster
def test_a_driver_that_is_killed_leaves_no_fit_and_repeats_no_finished_one(
    cluster: RayCluster, tmp_path: Path
) -> None:
    folders = folders_in(tmp_path, 4)
    names = [str(folder.path) for folder in folders]

    process = cluster.driver(DRIVER, *names)
    wait_for(lambda: any(folder.is_finished() for folder in folders), 120)
    process.kill()
    process.communicate()
    before = {
        folder: folder.manifest.stat().st_mtime_ns for folder in folders if folder.is_finished()
    }
    wait_for(lambda: not workers(cluster))
    answer = finish(cluster.driver(DRIVER, *names))

    assert answer == {"started": len(folders) - len(before), "lost": 0}
    assert all(folder.is_finished() for folder in folders)
    assert all(folder.manifest.stat().st_mtime_ns == at for folder, at in before.items())


@on_a_cluster
def test_the_fit_of_a_lost_host_is_made_on_another(cluster: RayCluster, tmp_path: Path) -> None:
    folders = folders_in(tmp_path, 3)
    host = cluster.add_host("127.0.0.4")

    process = cluster.driver(DRIVER, *[str(folder.path) for folder in folders])
    wait_for(lambda: set(workers(cluster)) & set(session_of(host.process.pid)), 120)
    host.kill()
    answer = finish(process)

    assert answer == {"started": 3, "lost": 1}
    assert all(folder.is_finished() for folder in folders)


@on_a_cluster
def test_small_fits_share_processors(cluster: RayCluster) -> None:
    out, said = cluster.driver(ROOM).communicate(timeout=120)

    # 2 hosts with a processor and a graphics processor each; there is room for 1 always
    assert out.split() == ["2", "4", "2", "1"], said


@with_ray
@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("", "RAY_ADDRESS is ''; name the cluster's head"),
        ("ray://127.0.0.1:9", "name the cluster's head as HOST:PORT"),
        ("127.0.0.1:9", "No Ray cluster answers at 127.0.0.1:9"),
    ],
)
def test_without_a_cluster_it_says_what_to_do(address: str, sentence: str) -> None:
    with pytest.raises(NoCluster, match=sentence):
        RayExecutor(address=address)


def test_without_ray_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)

    with pytest.raises(NoCluster, match=r"pip install -r requirements-scale.txt"):
        RayExecutor(address="127.0.0.1:9")


def test_a_share_that_is_no_number_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONCORD_RAY_GPUS", "half")

    with pytest.raises(NoCluster, match="CONCORD_RAY_GPUS is 'half'"):
        RayExecutor(address="127.0.0.1:9")


def test_the_far_side_fits_as_a_local_one_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    local = make_folder(tmp_path / "local", replace(TFIDF, labels=LABELS))
    inputs = {
        path.relative_to(local.path).as_posix(): path.read_bytes()
        for path in (local.config, local.train, local.test)
    }

    executor = LocalExecutor(1, devices=())
    assert end_of(executor.start(local)) == Ended()
    executor.close()
    far = RemoteFit(inputs)
    wait_for(lambda: far.poll().code is not None)

    assert (far.poll().code, far.poll().complaint) == (0, "")
    assert far.poll().sizes["predictions.parquet"] == local.predictions.stat().st_size
    assert far.read("predictions.parquet", 0) == local.predictions.read_bytes()
    far.end()
    assert not far.folder.path.exists()


def test_what_killed_workers_left_is_swept_away(tmp_path: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    for name in (f"{dead.pid}-a", f"{os.getpid()}-b", ".fit-cache"):
        (tmp_path / "fits" / name).mkdir(parents=True)

    sweep(tmp_path / "fits")

    assert {path.name for path in (tmp_path / "fits").iterdir()} == {
        f"{os.getpid()}-b",
        ".fit-cache",
    }
