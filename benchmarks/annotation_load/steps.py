"""What is done in the database before and after a load, each in a process of its own.

`python -m benchmarks.annotation_load.steps NAME [ARGUMENT ...]` answers with one line of JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

KNOWN = 100  # texts with known answers
WORKER = "WORKER"  # the parameter of the link that says who comes


def make_database(texts: int) -> dict[str, Any]:
    """Tables, a project, its texts."""
    from django.core.management import call_command

    from benchmarks.annotation_load.filling import add_known_texts, fill

    call_command("migrate", verbosity=0)
    started = time.perf_counter()
    project = fill(texts)
    add_known_texts(project, KNOWN)
    return {"texts": texts, "seconds": round(time.perf_counter() - started, 1)}


def open_fresh() -> dict[str, Any]:
    """A round with a fixed overlap that nobody has answered in."""
    return _opened(overlap=3)


def open_used(people: int, each: int) -> dict[str, Any]:
    """An adaptive round with checks in which people have worked for a while."""
    from benchmarks.annotation_load.history import give_answers
    from curation.assignment import Checks
    from curation.models import AnnotationRound
    from curation.services.annotating.joining import agree, join, worker_name
    from curation.services.annotating.settling import settle_round

    checks = Checks(gold=0.05, repeat=0.02)
    opened = _opened(overlap=5, first=2, gamma=0.6, checks=checks)
    target = AnnotationRound.objects.select_related("project").get(key=opened["round"])
    crowd = [join(target, worker_name(target, worker_id(number))) for number in range(people)]
    for person in crowd:
        agree(person)
    votes = give_answers(target, crowd, each=each)
    started = time.perf_counter()
    settle_round(target)
    seconds = round(time.perf_counter() - started, 1)
    asked = target.tasks.filter(urgency=0, due__gt=0).count()
    return opened | {
        "votes_before": votes, "asked_again": asked, "settle_round_seconds": seconds,
    }  # fmt: skip


def verify(round_key: str, noted: str) -> dict[str, Any]:
    """What holds after the load; `broken` says what does not, and how often."""
    from curation.models import Annotation, AnnotationRound
    from tests.curation.annotating.promises import broken_promises, stored_answers

    target = AnnotationRound.objects.select_related("project").get(key=round_key)
    sent = json.loads(Path(noted).read_text())
    stored = stored_answers(target)
    return {
        "acknowledged": len(sent["acknowledged"]),
        "in_doubt": len(sent["in_doubt"]),
        "in_doubt_and_stored": len(stored.keys() & set(sent["in_doubt"])),
        "votes": Annotation.objects.votes().filter(task__round=target).count(),
        "leases": target.leases.filter(held=True).count(),
        "broken": broken_promises(target, acknowledged=sent["acknowledged"]),
    }


def worker_id(number: int) -> str:
    return f"worker{number}"


def _opened(**options: Any) -> dict[str, Any]:
    from curation.models import Project
    from curation.services.annotating.joining import entry_link
    from curation.services.annotating.rounds import RoundOptions, open_round

    project = Project.objects.get(slug="load")
    started = time.perf_counter()
    target = open_round(
        project,
        RoundOptions(consent="We keep your answers.", worker_parameter=WORKER, **options),
    )
    return {
        "round": str(target.key),
        "link": entry_link(target),
        "tasks": target.tasks.count(),
        "open_seconds": round(time.perf_counter() - started, 1),
    }


STEPS: dict[str, Callable[..., dict[str, Any]]] = {
    "make_database": make_database,
    "open_fresh": open_fresh,
    "open_used": open_used,
    "verify": verify,
}


if __name__ == "__main__":
    django.setup()
    name, *arguments = sys.argv[1:]
    given = [int(word) if word.isdigit() else word for word in arguments]
    print(json.dumps(STEPS[name](*given)))
