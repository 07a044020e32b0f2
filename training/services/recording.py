"""What became of a run, written into its row."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from django.utils import timezone

from training.models import TrainingRun
from training.services.attaching import attach_test
from training.services.requests import Request

Status = TrainingRun.Status


def record_start(request: Request) -> None:
    """An attempt begins; what an earlier one left is no longer said of the run."""
    note(
        request.run,
        status=Status.RUNNING,
        started_at=timezone.now(),
        finished_at=None,
        error="",
        **_no_scores(),
    )


def record(request: Request, *, attach: bool, found: bool = False) -> None:
    """Take a finished folder's scores over, and with `attach` its predictions.

    Says the same when done twice. Killed in between, the predictions are attached when somebody
    asks for them; so are those of studies, of which most are never asked for.

    Args:
        found: it was finished before anybody here began it; it ended when its folder did.
    """
    known = request.run
    if known.status == Status.SUCCESSFUL:
        return
    metrics = json.loads(request.folder.metrics.read_text(encoding="utf-8"))
    note(
        known,
        status=Status.SUCCESSFUL,
        macro_f1=metrics["macro_f1"],
        accuracy=metrics["accuracy"],
        collapsed=metrics["collapsed"] is not None,
        metrics=metrics,
        error="",
        finished_at=_end_of_folder(request) if found else timezone.now(),
    )
    if attach:
        attach_test(known)


def record_failure(request: Request, sentence: str, *, begun: bool = True) -> None:
    """
    Args:
        begun: False where it broke off before `record_start`.
    """
    fields = {} if begun else {"started_at": None}
    note(
        request.run,
        status=Status.FAILED,
        error=sentence,
        finished_at=timezone.now(),
        **_no_scores(),
        **fields,
    )


def _no_scores() -> dict[str, Any]:
    return {"macro_f1": None, "accuracy": None, "collapsed": False, "metrics": {}}


def _end_of_folder(request: Request) -> datetime:
    written = datetime.fromtimestamp(request.folder.manifest.stat().st_mtime, UTC)
    started = request.run.started_at
    return written if started is None else max(written, started)


def note(run: TrainingRun, **fields: object) -> None:
    TrainingRun.objects.filter(pk=run.pk).update(**fields)
    for name, value in fields.items():
        setattr(run, name, value)
