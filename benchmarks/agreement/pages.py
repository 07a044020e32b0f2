"""A project's pages with a million judged examples in the database.

    python -m benchmarks.agreement.pages [--examples 1000000] [--visits 12] [--home FOLDER]

Fills a SQLite file in a folder of its own (in FOLDER, where it stays for another run), lets the
jobs do what the pages leave to them, freezes two versions and then visits the pages as a logged-in
reader. The first visit of each is told apart: what is kept for the next ones is made by it. Between
visits a vote comes in, so that nothing is answered from what has become old. Times are those of the
whole request inside the process: address to answer, without the network.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from typing import Any

from benchmarks.agreement.apart import run_apart
from benchmarks.agreement.crowd import Wish, load
from benchmarks.agreement.explorer import fill, quantiles
from benchmarks.recording import environment, record

MODULE = "benchmarks.agreement.pages"
EXAMPLES, VISITS = 1_000_000, 12
PAGES = {
    "project": "/projects/big/",
    "agreement": "/projects/big/agreement/",
    "explorer": "/projects/big/explore/",
    "versions": "/projects/big/versions/",
    "version": "/projects/big/versions/1/",
    "version, dropped rows": "/projects/big/versions/1/?show=dropped&order=disputed",
    "difference": "/projects/big/versions/1/diff/2/",
}


def measure(wish: Wish) -> dict[str, Any]:
    """The benchmark in a process of its own, since it needs a database of its own."""
    return run_apart(MODULE, wish.statistics_votes // 5, VISITS)


def inside(examples: int, visits: int) -> dict[str, Any]:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from curation.models import Project

    project = Project.objects.first()
    made = {} if project else prepared(fill(examples))
    return {"examples": examples, "votes": 5 * examples, **made, **times(visits)}


def prepared(project: Any) -> dict[str, Any]:
    """What jobs make before anybody looks: evidence, agreement and two versions."""
    from curation.datasets import Policy
    from curation.services.datasets import curate_dataset
    from curation.services.exploring import keep_evidence
    from curation.services.statistics import measure_agreement

    works: dict[str, Callable[[], object]] = {
        "evidence": lambda: keep_evidence(project, aggregator="majority"),
        "agreement": lambda: measure_agreement(project),
        "first version": lambda: curate_dataset(project, Policy(threshold=0.6)),
        "second version": lambda: curate_dataset(project, Policy(threshold=0.8)),
    }
    seconds = {}
    for name, work in works.items():
        started = time.perf_counter()
        work()
        seconds[name] = round(time.perf_counter() - started, 1)
    return {"preparing_seconds": seconds, "load": load()}


def times(visits: int) -> dict[str, Any]:
    from django.contrib.auth.models import User
    from django.test import Client

    client = Client()
    reader, _ = User.objects.get_or_create(username="reader", defaults={"is_superuser": True})
    client.force_login(reader)

    def visit(path: str) -> float:
        started = time.perf_counter()
        answer = client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return round(1000 * (time.perf_counter() - started), 1)

    first = {name: visit(path) for name, path in PAGES.items()}
    taken: dict[str, list[float]] = {name: [] for name in PAGES}
    for _ in range(visits):
        for name, path in PAGES.items():
            vote_once_more()
            taken[name].append(visit(path))
    return {
        "first_visit_milliseconds": first,
        "milliseconds": {name: quantiles(one) for name, one in taken.items()},
    }


def vote_once_more() -> None:
    """Somebody judges another text."""
    from curation.models import Annotation, Annotator

    newest = Annotation.objects.order_by("-pk")[0]
    mine = Annotator.objects.order_by("-pk")[0]
    task = newest.task_id + 1 if newest.annotator_id == mine.pk else 1
    while Annotation.objects.filter(task=task, annotator=mine).exists():
        task += 1
    Annotation.objects.create(task_id=task, annotator=mine, label_id=newest.label_id)


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
        print(json.dumps(inside(*options.inside)))
        return
    before = environment()
    found = run_apart(MODULE, options.examples, options.visits, home=options.home)
    print(json.dumps(found, indent=1, ensure_ascii=False))
    print(f"Kept in {record('agreement-pages', found, before=before)}")


if __name__ == "__main__":
    main()
