"""Workers say that they live."""

from __future__ import annotations

import os
import socket
from uuid import UUID

from django.utils import timezone

from curation.models import WorkerProcess


def enter(queues: str) -> UUID:
    """Write this process down as a worker; the key names it afterwards."""
    now = timezone.now()
    WorkerProcess.objects.long_gone().delete()
    worker = WorkerProcess.objects.create(
        host=socket.gethostname()[:120],
        pid=os.getpid(),
        queues=queues[:120],
        started_at=now,
        heartbeat_at=now,
    )
    return worker.key


def beat(key: UUID, *, stopping: bool) -> None:
    """Say that the worker lives. One that was taken for dead comes back by this."""
    WorkerProcess.objects.filter(key=key).update(heartbeat_at=timezone.now(), stopping=stopping)


def leave(key: UUID) -> None:
    WorkerProcess.objects.filter(key=key).delete()
