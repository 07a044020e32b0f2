"""What the hub's kinds of job do. Each may be killed and taken up again at any point."""

from __future__ import annotations

from typing import Any

from curation.models import Project
from curation.progress import Progress
from curation.services import agreement as agreement_service
from curation.services import fronts, pulling, rounds
from curation.services.annotating import settling


def push(project: Project, params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Send the pool to Label Studio. Params: none, or {"url"} of a server set up before."""
    front = fronts.configured_front(params.get("url"))
    result = rounds.push_tasks(project, front.front, url=front.url, progress=progress)
    return {"round": result.round.number, "tasks": result.tasks, "sent": result.sent}


def pull(project: Project, params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Bring in what changed on Label Studio. Params: none."""
    target = rounds.current_round(project)
    front = fronts.configured_front(target.server_url)
    result = pulling.pull_annotations(target, front.front, progress=progress)
    return {"changed_tasks": result.changed_tasks, "annotations": result.annotations}


def settle(project: Project, params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Fit an adaptive round's stopping plan anew. Params: {"round": its number}."""
    progress(0, 1, "fitting the stopping plan")
    target = project.rounds.get(number=params["round"])
    return {"round": target.number, "wanting": len(settling.settle_round(target))}


def agreement(project: Project, params: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Measure agreement. Params: {"aggregator"?: a key of AGGREGATORS}."""
    progress(0, 1, "counting votes")
    aggregator = params.get("aggregator", "majority")
    summary = agreement_service.summarise(project, aggregator=aggregator)
    return summary.as_json()
