"""Paging, filtering and searching the table of examples.

    python -m benchmarks.examples_table [--examples 100000] [--visits 20] [--home FOLDER]
    .ci/with-postgres .venv/bin/python -m benchmarks.examples_table --examples 1000000

Fills a database of its own (in FOLDER, where it stays for another run; on PostgreSQL in the one
that DATABASE_URL names), then asks for the table as a logged-in reader. Each state is visited
again and again, page after page: `page` is the service, keys and rows with their votes, and
`request` the whole answer inside the process with rail and filters, without the network.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import time
from collections.abc import Callable
from typing import Any

from benchmarks.agreement.apart import run_apart
from benchmarks.examples_table.filling import fill, vocabulary
from benchmarks.recording import environment, record

MODULE = "benchmarks.examples_table"
EXAMPLES, VISITS = 100_000, 20
COMMON, OFTEN, RARE, RAREST = 3, 60, 2_000, 15_000  # ranks of words


def states() -> dict[str, dict[str, str]]:
    """What is asked for, by name."""
    words, _ = vocabulary()
    return {
        "everything, newest": {},
        "everything, most disputed": {"order": "disputed"},
        "everything, longest": {"order": "longest"},
        "common label": {"label": "label-0"},
        "common label, most disputed": {"label": "label-0", "order": "disputed"},
        "rare label": {"intended": "label-3"},
        "rare label, most disputed": {"intended": "label-3", "order": "disputed"},
        "votes differ from intended": {"differs": "yes"},
        "agreement 0.4 to 0.6, newest": {"agreement_from": "0.4", "agreement_to": "0.6"},
        "first run, newest": {"run": "1"},
        "one method, prompt, label": {"method": "topic", "prompt": "v1", "label": "label-1"},
        "five votes or more": {"votes_from": "5"},
        "an annotator": {"annotator": "w0003"},
        "kept in version 1": {"version": "1", "verdict": "kept"},
        "dropped, votes differ": {"version": "1", "verdict": "dropped", "differs": "yes"},
        "nothing: label of no votes": {"label": "~none"},
        "nothing: a method that is none": {"method": "telepathy"},
        "search: a word most texts have": {"text": words[COMMON]},
        "search: a word many texts have": {"text": words[OFTEN]},
        "search: a word few texts have": {"text": words[RARE]},
        "search: a rare word": {"text": words[RAREST]},
        "search: two words": {"text": f"{words[OFTEN]} {words[RARE]}"},
        "search: a beginning": {"text": words[RARE][:3]},
        "search: a phrase": {"text": f'"{words[COMMON]} {words[0]}"'},
        "search: common word, rare label": {"text": words[COMMON], "intended": "label-3"},
        "search: many, most disputed": {"text": words[OFTEN], "order": "disputed"},
    }


def inside(examples: int, visits: int) -> dict[str, Any]:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from django.db import connection

    from curation.models import Project

    made = {} if Project.objects.exists() else fill(examples)
    project = Project.objects.get()
    return {
        "database": connection.vendor,
        "examples": project.examples.count(),
        **made,
        "load": round(os.getloadavg()[0], 2),
        "milliseconds": {
            name: {**_pages(project, query, visits), **_requests(query, visits)}
            for name, query in states().items()
        },
    }


def _pages(project: Any, query: dict[str, str], visits: int) -> dict[str, Any]:
    """The first page, the next ones, and the count."""
    from curation.services.examples_table import ExampleFilter, count_of, page_of

    wish = ExampleFilter.from_query(query)
    first = [_milliseconds(lambda: page_of(project, wish)) for _ in range(visits)]
    further: list[float] = []
    after = page_of(project, wish).after
    while after and len(further) < visits:
        here = after
        started = time.perf_counter()
        after = page_of(project, wish, after=here).after
        further.append(1000 * (time.perf_counter() - started))
    counting = [_milliseconds(lambda: count_of(project, wish)) for _ in range(3)]
    return {
        "first page": quantiles(first),
        **({"next page": quantiles(further)} if further else {}),
        "count": quantiles(counting),
    }


def _requests(query: dict[str, str], visits: int) -> dict[str, Any]:
    from django.contrib.auth.models import User
    from django.test import Client

    client = Client()
    reader = User.objects.get_or_create(username="reader", is_superuser=True)[0]
    client.force_login(reader)

    def visit() -> None:
        answer = client.get("/projects/big/examples/", query)
        assert answer.status_code == 200, query

    return {"request": quantiles([_milliseconds(visit) for _ in range(max(3, visits // 4))])}


def _milliseconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - started)


def quantiles(taken: list[float]) -> dict[str, float]:
    """The median and the 95th percentile; of few visits the slowest."""
    ordered = sorted(taken)
    last = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    return {"p50": round(statistics.median(ordered), 1), "p95": round(last, 1)}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--examples", type=int, default=EXAMPLES)
    parser.add_argument("--visits", type=int, default=VISITS)
    parser.add_argument("--home", help="a folder that is filled, unless it is filled already")
    parser.add_argument("--inside", type=int, nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        random.seed(0)
        print(json.dumps(inside(*options.inside)))
        return
    before = environment()
    found = run_apart(MODULE, options.examples, options.visits, home=options.home)
    print(json.dumps(found, indent=1, ensure_ascii=False))
    name = f"examples-table-{found['database']}-{found['examples']}"
    print(f"Kept in {record(name, found, before=before)}")


if __name__ == "__main__":
    main()
