"""What the contract tests ask of any front."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime

from curation.label_studio import reading
from curation.label_studio.client import LabelStudioClient
from curation.label_studio.fake import FakeLabelStudio
from curation.label_studio.records import RemoteTask, TaskToPush

AnyFront = FakeLabelStudio | LabelStudioClient
Texts = Callable[..., list[TaskToPush]]
PASSWORD = "only for tests 1"


def unique_id() -> str:
    return str(uuid.uuid4())


def after(moment: str) -> str:
    """A watermark that makes the front tell what changed after `moment`, without the margin."""
    return (datetime.fromisoformat(moment) + reading.OVERLAP).isoformat()


def changed(front: AnyFront, project: int, since: str | None = None) -> list[RemoteTask]:
    return list(front.changed_tasks(project, since=since))
