"""`serve`: web, worker and Label Studio together, until Ctrl+C."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management.base import CommandParser

from curation.deployment.guard import STOP_SECONDS, Guard
from curation.endpoints.policy import VARIABLE as ENDPOINTS
from curation.errors import BadInput, CurationError
from curation.label_studio.embedded import EmbeddedServer
from curation.label_studio.transport import is_loopback
from curation.management.base import ConcordCommand
from curation.services.fronts import embedded_server

GRACE_SECONDS = (
    6.0  # of STOP_SECONDS, for a job to come to its next step; then it goes back in line
)


class Command(ConcordCommand):
    help = "Open the studio: web pages, a background worker and Label Studio, until Ctrl+C."

    def add_options(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8321)
        parser.add_argument(
            "--without-label-studio", action="store_true", help="do not start our own server"
        )

    def run(self, **options: Any) -> None:
        host, port = options["host"], options["port"]
        _check_port(host, port)
        signal.signal(signal.SIGTERM, _interrupt)
        login = first_login()
        # the children make links and webhooks that lead here
        os.environ.setdefault("CONCORD_PUBLIC_URL", f"http://{_reachable(host)}:{port}")
        if not is_loopback(f"http://{host}"):
            os.environ.setdefault(ENDPOINTS, "")  # others reach the pages: nothing is open to them
        with Guard() as guard:
            server = None if options["without_label_studio"] else embedded_server()
            if server is not None:
                server.refuse_taken_port()
            self._serve(f"http://{host}:{port}/", server, guard, login=login)

    def _serve(
        self, address: str, server: EmbeddedServer | None, guard: Guard, *, login: str
    ) -> None:
        children: list[subprocess.Popen[bytes]] = []
        try:
            if server is not None:
                if not server.is_installed():
                    self.say("Installing Label Studio, once (about two minutes and 1 GB)")
                server.install(self.say)
                guard.watch_over_label_studio(server.home)
                self.say(f"Label Studio: {server.start(self.say).url}   ({server.login})")
            for command in (_web(address), _worker("*"), _worker("fronts")):
                # answers from Label Studio do not wait for a training run
                children.append(_started(command))
                guard.watch_over(children[-1].pid)
            self.say(f"Concord:      {address}   (Ctrl+C stops everything)")
            self.say(login)
            self._watch(children)
        except KeyboardInterrupt:
            self.say("Stopping; unfinished jobs continue at the next start.")
        finally:
            _stop(children)
            if server is not None:
                server.stop()

    def say(self, text: str) -> None:
        if text:
            self.stderr.write(text, str)  # as it is: red is for what went wrong

    def _watch(self, children: list[subprocess.Popen[bytes]]) -> None:
        while all(child.poll() is None for child in children):
            time.sleep(0.5)
        raise CurationError("The web server or the worker has ended by itself; see above.")


def first_login() -> str:
    """Make a first user where there is none; a sentence with how to log in, or nothing."""
    users = get_user_model()
    path = Path(settings.CONCORD_HOME) / "login.txt"
    if users.objects.exists():
        return f"Log in as it says in {path}." if path.exists() else ""
    password = secrets.token_urlsafe(9)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(f"user: researcher\npassword: {password}\n")
    users.objects.create_superuser("researcher", password=password)
    return f"Log in as researcher with password {password} (kept in {path})."


def _reachable(host: str) -> str:
    """Where this machine itself reaches a server that listens on `host`."""
    return "127.0.0.1" if host in {"0.0.0.0", "::", ""} else host  # noqa: S104 - only compared


def _check_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            raise BadInput(
                f"Port {port} on {host} cannot be used ({error}); choose another with --port."
            ) from error


def _web(address: str) -> list[str]:
    gunicorn = ["-m", "gunicorn", "-c", "python:curation.gunicorn", "curation.wsgi"]
    return [*gunicorn, "--bind", urlsplit(address).netloc]


def _worker(queue: str) -> list[str]:
    return ["manage.py", "worker", "--queue", queue, "-v", "0", "--grace", str(GRACE_SECONDS)]


def _started(command: Sequence[str]) -> subprocess.Popen[bytes]:
    """The command of Python's as a process that leads a group of its own."""
    return subprocess.Popen(
        [sys.executable, *command], cwd=settings.BASE_DIR, start_new_session=True
    )


def _stop(children: Sequence[subprocess.Popen[bytes]]) -> None:
    """End the children, all at the same time, and whatever they have started."""
    for child in children:
        child.terminate()
    until = time.monotonic() + STOP_SECONDS
    for child in children:
        with suppress(subprocess.TimeoutExpired):
            child.wait(max(0.1, until - time.monotonic()))
    for child in children:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
