"""How gunicorn serves the pages: `gunicorn -c python:curation.gunicorn curation.wsgi`.

Everything is an environment variable; see docs/operations.md.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from typing import Any

bind = os.environ.get("CONCORD_BIND", "127.0.0.1:8321")
workers = int(os.environ.get("CONCORD_WEB_PROCESSES", "1"))
threads = int(os.environ.get("CONCORD_WEB_THREADS", "4"))
timeout = 120  # seconds; a large export is streamed by its own thread and is not meant
graceful_timeout = 20  # seconds that a request gets to end when the server is asked to stop
loglevel = "warning"
# pages do not wait for what can be told a while old
raw_env = [f"CONCORD_COUNT_BESIDE={os.environ.get('CONCORD_COUNT_BESIDE', '1')}"]
# who may say, in X-Forwarded-Proto, that a request came by https; Django asks again who says it
forwarded_allow_ips = os.environ.get("CONCORD_TRUSTED_PROXY", "127.0.0.1,::1")
# a header named SCRIPT_NAME would begin every address that we write, those in mails included
forwarder_headers = ""

if workers > 1:
    # the processes count together, in files that are only read while this server runs
    _counts = tempfile.mkdtemp(prefix="concord-metrics-")
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = _counts


def worker_exit(server: Any, worker: Any) -> None:
    # loaded here only: the settings are those of the worker
    from curation.services.beside import stop

    stop()


def child_exit(server: Any, worker: Any) -> None:
    if workers > 1:
        # loaded here only: a process that loads it before the variable is set counts alone
        from prometheus_client import multiprocess

        multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def on_exit(server: Any) -> None:
    if workers > 1:
        shutil.rmtree(_counts, ignore_errors=True)
