"""What each page costs, whoever else keeps the machine busy.

    python -m benchmarks.load.costs [--examples 1000000] [--database postgresql] [--home FOLDER]
        [--visits 5] [--only WORD] [--queries]

Inside one process, without a server: processor milliseconds of the page, milliseconds that the
database took and its statements, each the least of a few visits. `--queries` shows the statements
that took longest. The database must be filled already; see `benchmarks.load`.
"""

from __future__ import annotations

import argparse
import os
import re
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from benchmarks.annotation_load.databases import KINDS
from benchmarks.load.__main__ import database, step
from benchmarks.load.reader import Place

SHOWN = 5  # statements of a page
LONGEST = 400  # characters of a statement


def costs(known: dict[str, Any], options: argparse.Namespace) -> None:
    """Print a line for each place."""
    import django

    django.setup()
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.test import Client

    call_command("migrate", verbosity=0)  # it may have been filled by an earlier release
    here = {"host": "127.0.0.1"}
    reader = Client(headers=here)
    reader.force_login(User.objects.get(username="owner-0"))
    program = Client(headers={**here, "authorization": f"Bearer {known['scene']['token']}"})
    print("processor  database  queries")
    for one in (one for some in known["places"].values() for one in some):
        place = Place(**one)
        if re.search(options.only, place.name):
            _visit_some(program if place.program else reader, place, options)


def _visit_some(client: Any, place: Place, options: argparse.Namespace) -> None:
    visits = [_visit(client, place) for _ in range(options.visits)]
    visits = visits[1:] or visits
    processor = min(one["processor"] for one in visits)
    slowest = min(visits, key=lambda one: one["database"])
    print(
        f"{processor:9.1f} {slowest['database']:9.1f} {len(slowest['queries']):8}  "
        f"{visits[-1]['status']} {place.name}",
        flush=True,
    )
    if options.queries:
        for query in sorted(slowest["queries"], key=lambda row: -row[0])[:SHOWN]:
            print(f"      {query[0]:9.1f}  {query[1][:LONGEST]}")


def _visit(client: Any, place: Place) -> dict[str, Any]:
    from django.db import connection

    asked: list[tuple[float, str]] = []

    def timed(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        started = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            asked.append((1000 * (time.perf_counter() - started), f"{sql} {params}"))

    query = f"?{urlencode(place.query)}" if place.query else ""
    with connection.execute_wrapper(timed):
        before = time.process_time()
        answer = client.get(place.path + query)
        if not answer.streaming:
            answer.content  # noqa: B018
        processor = 1000 * (time.process_time() - before)
    return {
        "processor": processor, "database": sum(took for took, _ in asked), "queries": asked,
        "status": answer.status_code,
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--examples", type=int, default=1_000_000)
    parser.add_argument("--database", choices=KINDS, default="postgresql")
    parser.add_argument("--home", default=str(Path(tempfile.gettempdir()) / "concord-load"))
    parser.add_argument("--visits", type=int, default=5)
    parser.add_argument("--only", default="", help="places whose name this expression finds")
    parser.add_argument("--queries", action="store_true")
    options = parser.parse_args()
    folder = Path(options.home) / f"{options.database}-{options.examples}"
    with database(options.database, folder) as env:
        os.environ.update(env)
        costs(step(env, "places"), options)


if __name__ == "__main__":
    main()
