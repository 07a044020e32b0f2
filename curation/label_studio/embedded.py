"""A Label Studio server of our own on this machine: install, start, stop, look.

It listens on loopback only, opens no connection to the outside, and keeps everything under one
folder: `venv/`, `data/`, `credentials.json` (readable by its owner only), `server.log`. It is
Label Studio's development server: enough for a team on one machine, not for the open internet.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from curation.label_studio import credentials, installation, processes
from curation.label_studio.credentials import Credentials
from curation.label_studio.environment import server_environment
from curation.label_studio.errors import NotInstalled, NotStarted, PortTaken
from curation.label_studio.installation import Say

ANSWER_SECONDS = 60.0  # for a server that somebody else started a moment ago
START_SECONDS = 240.0  # an empty data folder takes 30 to 50 on two cores
STOP_SECONDS = 10.0
PORT_SECONDS = 3.0
LOG_LIMIT = 5_000_000  # bytes; Label Studio logs every request twice


@dataclass(frozen=True, kw_only=True)
class ServerStatus:
    """What can be seen of the embedded server from outside."""

    installed: bool
    running: bool  # there is a process of ours
    healthy: bool  # and it answers
    pid: int | None
    url: str | None  # None until it was started once


class EmbeddedServer:
    """The server that lives under `home`. Any number of processes may hold one of these."""

    def __init__(
        self,
        home: Path,
        *,
        port: int = 8390,
        venv: Path | None = None,
        requirements: Path | None = None,
    ) -> None:
        self.home = home.resolve()
        self.port = port
        self.venv = (venv or self.home / "venv").resolve()
        self.requirements = requirements or installation.REQUIREMENTS
        self.data = self.home / "data"
        self.log = self.home / "server.log"
        self._venv_is_ours = venv is None
        self._marker = self.home / "installed"
        self._pid_file = self.home / "server.pid"
        self._credentials_file = self.home / "credentials.json"

    @property
    def login(self) -> str:
        """Who logs in, and where the password is, in words; the server was started once."""
        who = self.credentials().email
        return f"log in as {who} with the password in {self._credentials_file}"

    def install(self, progress: Say | None = None) -> None:
        """Make the environment and the empty database; nothing if both are there.

        A virtual environment given from outside is used as it is.
        """
        say = progress or _silent
        self.home.mkdir(parents=True, exist_ok=True)
        with processes.locked(self.home / "install.lock") as lock:
            if self.is_installed():
                return
            self.stop()
            if self._venv_is_ours:
                installation.make_venv(
                    self.venv, requirements=self.requirements, say=say, lock=lock
                )
            elif not installation.is_usable(self.venv):
                raise NotInstalled(self.venv)
            if not self._credentials_file.exists():
                # nobody has used it yet, so a database half-made can go
                shutil.rmtree(self.data, ignore_errors=True)
            say("Creating Label Studio's database")
            self.data.mkdir(exist_ok=True)
            environment = server_environment(self.home, self.data, {})
            installation.make_schema(self.venv, environment=environment, cwd=self.home, lock=lock)
            installation.write_marker(self._marker, self.requirements)

    def refuse_taken_port(self) -> None:
        """Raises `PortTaken` as `start` does, before anything is installed."""
        if self._pid() is None:
            self._wait_for_port()

    def is_installed(self) -> bool:
        usable = installation.is_usable(self.venv)
        return usable and installation.is_marked(self._marker, self.requirements)

    def start(self, progress: Say | None = None) -> Credentials:
        """Start the server unless it runs; return once it answers to our token.

        Raises:
            NotInstalled: `install` comes first.
            PortTaken: another program listens on the port.
            NotStarted: it did not come up.
        """
        say = progress or _silent
        if not self.is_installed():
            raise NotInstalled(self.home)
        with processes.locked(self.home / "server.lock"):
            pid = self._pid()
            if pid is not None and self._comes_up(pid):
                return self.credentials()
            if pid is not None:
                say("Ending a Label Studio that does not answer")
                self._end(pid)
            self._wait_for_port()
            say("Starting Label Studio")
            return self._launch()

    def stop(self) -> None:
        """End the server and wait until its port is free; nothing if it does not run."""
        if not self.home.is_dir():
            return
        with processes.locked(self.home / "server.lock"):
            pid = self._pid()
            if pid is not None:
                self._end(pid)
            self._pid_file.unlink(missing_ok=True)

    def status(self) -> ServerStatus:
        self._trim_log()
        pid = self._pid()
        known = self._credentials_file.exists()
        url = self.credentials().url if known else None
        healthy = pid is not None and known and self._is_up(self.credentials().port)
        return ServerStatus(
            installed=self.is_installed(),
            running=pid is not None,
            healthy=healthy,
            pid=pid,
            url=url,
        )

    def credentials(self) -> Credentials:
        """Those of the last start.

        Raises:
            NotStarted: it was never started, or the file was spoilt.
        """
        return credentials.read(self._credentials_file)

    def _comes_up(self, pid: int) -> bool:
        """Whether a process of ours answers; its starter may have been killed a moment ago."""
        if not self._credentials_file.exists():
            return False
        started = self.credentials()
        processes.wait_until(
            lambda: not processes.serves(pid, self.data) or self._is_up(started.port),
            seconds=ANSWER_SECONDS,
        )
        return self._answers(started)

    def _wait_for_port(self) -> None:
        """A killed server looks gone a moment before it lets go of its port."""
        if not processes.wait_until(self._port_is_free, seconds=PORT_SECONDS):
            raise PortTaken(self.port)

    def _launch(self) -> Credentials:
        self._trim_log()
        installation.use_write_ahead_log(self.data / "label_studio.sqlite3")
        url = f"http://{processes.HOST}:{self.port}"
        administrator = credentials.kept(self._credentials_file, url=url)
        command = [
            *installation.server_command(self.venv),
            *("start", "--no-browser", "--internal-host", processes.HOST),
            *("--port", str(self.port)),
        ]
        pid = processes.spawn(
            command,
            environment=server_environment(self.home, self.data, administrator.variables()),
            cwd=self.home,
            log=self.log,
        )
        processes.write_atomically(self._pid_file, f"{pid}\n")
        in_time = processes.wait_until(
            lambda: not processes.serves(pid, self.data) or self._is_up(self.port),
            seconds=START_SECONDS,
        )
        if self._answers(administrator) and processes.serves(pid, self.data):
            return administrator
        reason = self._why_not_up(pid, in_time=in_time)
        processes.end(pid, self.data)
        self._pid_file.unlink(missing_ok=True)
        raise NotStarted(reason)

    def _why_not_up(self, pid: int, *, in_time: bool) -> str:
        if not processes.serves(pid, self.data):
            return f"Label Studio ended while starting; {self._last_words()}"
        if not in_time:
            seconds = f"{START_SECONDS:.0f} seconds"
            return f"Label Studio did not answer within {seconds}; {self._last_words()}"
        if self._is_up(self.port):
            return (
                f"Label Studio runs but does not accept the token of {self._credentials_file}: "
                "its data was made with other credentials. Restore that file, or move "
                f"{self.data} away to begin with an empty server."
            )
        return (
            f"Another program answered on port {self.port} while Label Studio was starting; "
            "start it again, or choose another port."
        )

    def _last_words(self) -> str:
        words = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-6:]
        return f"the end of {self.log}: {' / '.join(words) or 'nothing'}"

    def _end(self, pid: int) -> None:
        port = self.credentials().port if self._credentials_file.exists() else self.port
        ended = processes.end(pid, self.data)
        if not ended or not processes.wait_until(
            lambda: processes.port_is_free(port), seconds=STOP_SECONDS
        ):
            raise NotStarted(f"Label Studio (process {pid}) would not stop; end it by hand.")
        self._pid_file.unlink(missing_ok=True)

    def _pid(self) -> int | None:
        """Our living server's process, also when the file that names it is lost or wrong."""
        try:
            pid = int(self._pid_file.read_text())
        except (OSError, ValueError):
            return processes.find(self.data)
        return pid if processes.serves(pid, self.data) else processes.find(self.data)

    def _port_is_free(self) -> bool:
        return processes.port_is_free(self.port)

    def _is_up(self, port: int) -> bool:
        return processes.ask(port, "/health") is not None

    def _answers(self, administrator: Credentials) -> bool:
        path = "/api/current-user/whoami"
        me = processes.ask(administrator.port, path, token=administrator.token)
        return isinstance(me, dict) and me.get("email") == administrator.email

    def _trim_log(self) -> None:
        # the server appends, so it goes on at the new end
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            os.truncate(self.log, 0)


def _silent(_sentence: str) -> None:
    """A progress display that shows nothing."""
