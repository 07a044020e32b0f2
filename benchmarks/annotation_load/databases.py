"""Databases made for a measurement and removed after it."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

KINDS = ("postgresql", "sqlite")


@contextmanager
def database(kind: str) -> Iterator[dict[str, str]]:
    """An empty database of `kind`; what it is reached by, as environment variables."""
    with tempfile.TemporaryDirectory(prefix="concord-load-") as folder:
        home = Path(folder) / "home"
        home.mkdir()
        base = {**os.environ, "CONCORD_HOME": str(home), "CONCORD_LOG_LEVEL": "ERROR"}
        base.pop("DATABASE_URL", None)
        if kind == "sqlite":
            yield base
            return
        with _postgresql(Path(folder)) as url:
            yield {**base, "DATABASE_URL": url}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _postgresql(folder: Path) -> Iterator[str]:
    """A server as Debian ships it: every setting its default, commits waited for (fsync on)."""
    programs = max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)
    if programs is None:
        raise SystemExit("PostgreSQL is not installed; on Debian: sudo apt install postgresql")
    cluster, port = folder / "cluster", free_port()
    cluster.mkdir()
    owner: list[str] = []
    if os.getuid() == 0:  # the server refuses to run as root
        folder.chmod(0o711)
        shutil.chown(cluster, pwd.getpwnam("postgres").pw_name)
        owner = ["runuser", "-u", "postgres", "--"]

    def program(name: str, *arguments: str) -> None:
        subprocess.run(
            [*owner, str(programs / name), *arguments],
            check=True, stdout=subprocess.DEVNULL, cwd="/",
        )  # fmt: skip

    control = ("-D", str(cluster / "data"), "-w")
    program("initdb", *control[:2], "-U", "concord", "-A", "trust", "-E", "UTF8")
    options = f"-p {port} -k {cluster} -c listen_addresses=127.0.0.1"
    program("pg_ctl", *control, "-l", str(cluster / "log"), "-o", options, "start")
    try:
        program("createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "concord", "concord")
        yield f"postgres://concord@127.0.0.1:{port}/concord"
    finally:
        program("pg_ctl", *control, "-m", "immediate", "stop")
