"""The main job from the question to the report."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection

from curation.errors import JobCancelled
from curation.management.demo import stages
from curation.management.demo.display import Display
from curation.management.demo.plan import Plan
from curation.management.demo.summary import Outcome
from curation.models import Project
from curation.services.fronts import ConnectedFront, embedded_server


@dataclass(frozen=True, kw_only=True)
class Server:
    """Which Label Studio to use: an existing one, or our own when there is no address."""

    url: str | None
    token: str | None


def run_demo(plan: Plan, server: Server, display: Display) -> Outcome:
    """Do whatever is missing, and say what there is.

    Every stage commits what it finished, so the job may be killed at any point and run again:
    it continues where it was.
    """
    with display.stage("project", f"Project {plan.slug}"):
        project = stages.ensure_project(plan)
    with display.stage("data", "Texts and labels") as progress:
        stages.bring_in_data(plan, project, progress)
    if not plan.votes:
        with display.stage("generate", f"{plan.count} synthetic texts") as progress:
            shortfall = stages.generate(plan, project, progress)
        if shortfall:
            display.say(f"    {shortfall}")
    with _trained_beside(plan, project) as beside:
        _judge(plan, project, server, display)
        with display.stage("curate", "Agreement and two dataset versions"):
            versions = stages.curate(plan, project)
        with display.stage("export", "Export in every form"):
            exports = stages.export(plan, versions)
        sources = stages.training_sources(plan, project, versions)
        with display.stage("train", f"{len(sources) * plan.seeds} classifiers") as progress:
            if beside is not None:
                beside.result()
            stages.train(plan, project, list(sources.values()), parallel=2, progress=progress)
    return Outcome(
        plan=plan,
        project=project,
        versions=versions,
        exports=exports,
        sources=sources,
        seconds=display.seconds,
    )


def stage_count(plan: Plan) -> int:
    """How many stages the display counts when nothing has been done yet, the report included."""
    return 6 if plan.votes else 11


def _judge(plan: Plan, project: Project, server: Server, display: Display) -> None:
    """Push, answer and pull, unless every vote is there already."""
    if stages.is_judged(plan, project):
        return
    with _own_server_stopped_after(server):
        with display.stage("label_studio", "Label Studio server") as progress:
            front = stages.start_server(server.url, server.token, progress)
        _collect(plan, project, front, display)


@contextmanager
def _own_server_stopped_after(server: Server) -> Iterator[None]:
    """Stop our own server if the main job started it, in this run or in one that was killed."""
    if server.url is not None:
        yield
        return
    own = embedded_server()
    ours_to_stop = own.home / "started_by_demo"
    if not own.status().healthy:
        own.home.mkdir(parents=True, exist_ok=True)
        ours_to_stop.touch()
    try:
        yield
    finally:
        if ours_to_stop.exists():
            own.stop()
            ours_to_stop.unlink(missing_ok=True)


def _collect(plan: Plan, project: Project, front: ConnectedFront, display: Display) -> None:
    with display.stage("push", "Send tasks to Label Studio") as progress:
        stages.push(plan, project, front, progress)
    with display.stage("annotate", "Simulated crowd answers in Label Studio") as progress:
        stages.annotate(plan, project, front, progress)
    with display.stage("pull", "Pull annotations") as progress:
        stages.pull(plan, project, front, progress)


@contextmanager
def _trained_beside(plan: Plan, project: Project) -> Iterator[Future[Any] | None]:
    """Train what needs no votes while the crowd answers; one process, so that both get a core."""
    if stages.is_judged(plan, project):
        yield None
        return
    sources = ["synthetic", "real"] if plan.train else ["synthetic"]
    stop = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        try:
            yield pool.submit(_train_quietly, plan, project, sources, stop)
        except BaseException:  # Ctrl+C too: the pool waits for its thread
            stop.set()
            raise


def _train_quietly(
    plan: Plan, project: Project, sources: Sequence[str], stop: threading.Event
) -> dict[str, Any]:
    """Train without a display, which the stages in the foreground have."""

    def progress(done: int, total: int, note: str = "") -> None:
        if stop.is_set():
            raise JobCancelled

    try:
        return stages.train(plan, project, sources, parallel=1, progress=progress)
    finally:
        connection.close()
