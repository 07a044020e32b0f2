"""Backup and restore of 10,000 and 100,000 texts with five votes each: seconds and peak memory.

`python -m benchmarks.backup [--examples N ...]`, every command in a process of its own, on SQLite;
with `.ci/with-postgres` before it, each archive is restored into PostgreSQL as well.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.recording import environment, record
from benchmarks.scale import ROOT, Measured, measure, write_inputs

OVERLAP = 5


def measured(examples: int, server: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        home = folder / "home"
        home.mkdir()
        write_inputs(folder, examples=examples, overlap=OVERLAP)
        measure(home, "migrate")
        measure(home, "create_project", "big", "--labels", "a,b", "--overlap", str(OVERLAP))
        measure(home, "import_examples", "big", str(folder / "texts.jsonl"), "--split", "pool")
        measure(home, "import_votes", "big", str(folder / "votes.csv"))
        measure(home, "curate", "big", "--threshold", "0.8")
        archive = folder / "backup.zip"
        rows = {
            "backup": measure(home, "backup", str(archive)),
            "restore, SQLite": measure(folder / "again", "restore", str(archive)),
        }
        if server:
            rows["restore, PostgreSQL"] = _on_postgres(folder, archive, server)
        return {
            "examples": examples,
            "votes": examples * OVERLAP,
            "database_mib": round((home / "concord.sqlite3").stat().st_size / 2**20, 1),
            "archive_mib": round(archive.stat().st_size / 2**20, 1),
            "commands": {verb: asdict(row) for verb, row in rows.items()},
        }


def _on_postgres(folder: Path, archive: Path, server: str) -> Measured:
    os.environ["DATABASE_URL"] = server
    try:
        return measure(folder / "postgres", "restore", str(archive))
    finally:
        del os.environ["DATABASE_URL"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, nargs="+", default=[10_000, 100_000])
    options = parser.parse_args()
    server = os.environ.pop("DATABASE_URL", "")
    before = environment()
    sizes = [
        # the server takes one archive, the largest: an installation in use is never overwritten
        measured(examples, server if examples == max(options.examples) else "")
        for examples in options.examples
    ]
    for size in sizes:
        print(
            f"{size['examples']:,} texts, {size['votes']:,} votes: database "
            f"{size['database_mib']} MiB, archive {size['archive_mib']} MiB"
        )
        for verb, row in size["commands"].items():
            print(f"{row['seconds']:8.2f} s {row['peak_mib']:8.1f} MiB  {verb}")
    print(f"Kept in {record('backup', {'sizes': sizes}, before=before).relative_to(ROOT)}")


if __name__ == "__main__":
    main()
