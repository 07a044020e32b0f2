"""Moving the explorer's threshold with a million judged examples in the database.

    python -m benchmarks.agreement.explorer [--examples 1000000] [--moves 300]

Fills a SQLite file in a folder of its own, lets the evidence be laid out as the job does, and then
asks for what the slider asks for, as a logged-in reader, by every way to keep. Times are those of
the whole request inside the process: address to answer, without the network.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.agreement.apart import run_apart
from benchmarks.agreement.crowd import Wish, load, made_votes
from benchmarks.recording import environment, record

MODULE = "benchmarks.agreement.explorer"
EXAMPLES, MOVES = 1_000_000, 300
WAYS: dict[str, Callable[[float], dict[str, str]]] = {
    "a share of each label": lambda x: {"keep_share": f"{0.05 + 0.95 * x:.2f}"},
    "one γ": lambda x: {"threshold": f"{0.3 + 0.7 * x:.2f}"},
    "one γ, posterior": lambda x: {"threshold": f"{0.3 + 0.7 * x:.2f}", "measure": "posterior"},
    "a share, posterior": lambda x: {
        "keep_share": f"{0.05 + 0.95 * x:.2f}",
        "measure": "posterior",
    },
    "a share, 5 votes, no mismatch": lambda x: {
        "keep_share": f"{0.05 + 0.95 * x:.2f}",
        "min_votes": "5",
        "drop_mismatch": "on",
    },
    "a share, labels cut to one size": lambda x: {
        "keep_share": f"{0.05 + 0.95 * x:.2f}",
        "balance": "equal",
    },
}
PLAIN = ("a share of each label", "one γ", "one γ, posterior", "a share, posterior",
         "a share, 5 votes, no mismatch")  # fmt: skip


def measure(wish: Wish) -> dict[str, Any]:
    """The benchmark in a process of its own, since it needs a database of its own."""
    return run_apart(MODULE, wish.statistics_votes // 5, MOVES)


def inside(examples: int, moves: int) -> dict[str, Any]:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    project = fill(examples)
    from curation.services.exploring import keep_evidence

    started = time.perf_counter()
    found = keep_evidence(project, aggregator="majority")
    laid_out = time.perf_counter() - started
    return {
        "examples": found.evidence.examples,
        "votes": found.evidence.votes,
        "groups": len(found.evidence.groups.size),
        "annotators": len(found.evidence.annotator_names),
        "laying_out_seconds": round(laid_out, 1),
        "load": load(),
        **times(found.mark, moves),
    }


def fill(examples: int) -> Any:
    """A project with five votes on each of its examples; texts are short."""
    from django.db import transaction
    from django.utils import timezone

    from curation.bulk import insert_rows
    from curation.models import Annotation, AnnotationRound, Annotator, Example, Task
    from curation.services.projects import NewLabel, create_project

    votes = made_votes(5 * examples, n_labels=4)
    names = ("praise", "complaint", "question", "other")
    project = create_project("big", labels=[NewLabel(name=name) for name in names])
    labels = [label.pk for label in project.labels.order_by("position")]
    target = AnnotationRound.objects.create(project=project, number=1, front="votes", overlap=5)
    dice = random.Random(0)

    now = timezone.now()
    fields = ["id", "project", "external_id", "text", "source", "split", "intended_label",
              "provenance", "created_at"]  # fmt: skip

    def texts() -> Iterator[tuple[Any, ...]]:
        for number in range(examples):
            text = f"text {number} " + "word " * dice.randrange(30)
            meant = dice.choice(labels)
            yield number + 1, project.pk, f"e{number}", text, "synthetic", "pool", meant, {}, now

    with transaction.atomic():
        insert_rows(Example, fields, texts())
        Annotator.objects.bulk_create(
            Annotator(id=n + 1, project=project, name=f"a{n}") for n in range(votes.n_workers)
        )
        rows = ((n + 1, target.pk, n + 1) for n in range(examples))
        insert_rows(Task, ["id", "round", "example"], rows)
        cast = zip(votes.task.tolist(), votes.worker.tolist(), votes.label.tolist(), strict=True)
        insert_rows(
            Annotation,
            ["task", "annotator", "label"],
            ((task + 1, worker + 1, labels[label]) for task, worker, label in cast),
        )
    return project


def times(mark: str, moves: int) -> dict[str, Any]:
    from django.contrib.auth.models import User
    from django.test import Client

    client = Client()
    client.force_login(User.objects.create_user("reader", is_superuser=True))
    address = "/projects/big/explore/"
    started = time.perf_counter()
    assert client.get(address).status_code == 200
    first = time.perf_counter() - started
    dice = random.Random(1)

    def asked(path: str, query: dict[str, str]) -> float:
        before = time.perf_counter()
        answer = client.get(f"{address}{path}", {**query, "evidence": mark})
        assert answer.status_code == 200, answer.content
        return 1000 * (time.perf_counter() - before)

    asked("numbers/", {"keep_share": "0.5"})
    taken = {
        name: [asked("numbers/", query(dice.random())) for _ in range(moves // len(WAYS))]
        for name, query in WAYS.items()
    }
    margin = [asked("margin/", WAYS[PLAIN[0]](dice.random())) for _ in range(moves // len(WAYS))]
    plain = [one for name in PLAIN for one in taken[name]]
    every = [one for all_of_it in taken.values() for one in all_of_it]
    return {
        "first_page_milliseconds": round(1000 * first),
        "numbers_milliseconds": quantiles(every),
        "numbers_without_balance_milliseconds": quantiles(plain),
        "by_way_milliseconds": {name: quantiles(one) for name, one in taken.items()},
        "texts_at_the_line_milliseconds": quantiles(margin),
    }


def quantiles(taken: list[float]) -> dict[str, float]:
    ranked = sorted(taken)
    return {
        "requests": len(ranked),
        "p50": round(ranked[len(ranked) // 2], 1),
        "p95": round(ranked[min(len(ranked) - 1, int(0.95 * len(ranked)))], 1),
        "most": round(ranked[-1], 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--examples", type=int, default=EXAMPLES)
    parser.add_argument("--moves", type=int, default=MOVES)
    parser.add_argument("--inside", type=int, nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        print(json.dumps(inside(*options.inside)))
        return
    before = environment()
    found = run_apart(MODULE, options.examples, options.moves)
    print(json.dumps(found, indent=1, ensure_ascii=False))
    print(f"Kept in {record('agreement-explorer', found, before=before)}")


if __name__ == "__main__":
    main()
