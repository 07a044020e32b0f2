"""What became of a run, written into its row."""

from __future__ import annotations

import json

from django.utils import timezone

from training.models import TrainingRun
from training.services.attaching import attach_test
from training.services.requests import Request

Status = TrainingRun.Status


def record(request: Request, *, attach: bool) -> None:
    """Take a finished folder's scores over, and with `attach` its predictions.

    Says the same when done twice. Killed in between, the predictions are attached when somebody
    asks for them; so are those of studies, of which most are never asked for.
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
        finished_at=timezone.now(),
    )
    if attach:
        attach_test(known)


def record_failure(request: Request, sentence: str) -> None:
    note(request.run, status=Status.FAILED, error=sentence, finished_at=timezone.now())


def note(run: TrainingRun, **fields: object) -> None:
    TrainingRun.objects.filter(pk=run.pk).update(**fields)
    for name, value in fields.items():
        setattr(run, name, value)
