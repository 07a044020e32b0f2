"""A PostgreSQL server whose files stay in a folder, for one measurement after another."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.annotation_load.databases import free_port

# while it is filled only; it is measured with every setting its default, commits waited for
HASTY = ("fsync=off", "synchronous_commit=off", "max_wal_size=8GB", "checkpoint_timeout=30min",
         "maintenance_work_mem=256MB")  # fmt: skip


@contextmanager
def kept_server(folder: Path, *, hasty: bool = False) -> Iterator[str]:
    """The address of the database "concord" of the server in `folder`, made if it is not there.

    Args:
        hasty: nothing is waited for; what is written is safe when the block is left.
    """
    programs = max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)
    if programs is None:
        raise SystemExit("PostgreSQL is not installed; on Debian: sudo apt install postgresql")
    new = not (folder / "data" / "PG_VERSION").exists()
    owner = _owned(folder)
    port = free_port()

    def program(name: str, *arguments: str) -> None:
        subprocess.run(
            [*owner, str(programs / name), *arguments],
            check=True, stdout=subprocess.DEVNULL, cwd="/",
        )  # fmt: skip

    data = ("-D", str(folder / "data"))
    if new:
        program("initdb", *data, "-U", "concord", "-A", "trust", "-E", "UTF8")
    settings = [f"-c {one}" for one in (HASTY if hasty else ())]
    options = [f"-p {port} -k {folder} -c listen_addresses=127.0.0.1", *settings]
    log = ("-l", str(folder / "log"), "-o", " ".join(options))
    program("pg_ctl", *data, "-w", "-t", "120", *log, "start")
    try:
        if new:
            program("createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "concord", "concord")
        yield f"postgres://concord@127.0.0.1:{port}/concord"
    finally:
        program("pg_ctl", *data, "-w", "-t", "300", "-m", "fast", "stop")


def _owned(folder: Path) -> list[str]:
    """How programs are started so that they may use the folder: the server refuses to be root."""
    folder.mkdir(parents=True, exist_ok=True)
    if os.getuid() != 0:
        return []
    for above in (folder.parent, folder.parent.parent):
        above.chmod(above.stat().st_mode | 0o011)
    shutil.chown(folder, pwd.getpwnam("postgres").pw_name)
    return ["runuser", "-u", "postgres", "--"]
