"""What is done in the database before a measurement: `python -m benchmarks.load.steps EXAMPLES`.

Stage by stage, each in one transaction; one that is done is not done again, so a filling that was
stopped goes on where it was. What addresses name is left in `CONCORD_HOME/scene.json`.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

SMALL, SMALL_EXAMPLES = 40, 500  # smaller projects beside the large one, and texts of each
FITTED, COMPARED = 3, 5  # of them a study is about; people compare
UNCHECKED = ("votes", "versions", "predictions")  # stages whose keys are not looked up again
HOME = Path(os.environ.get("CONCORD_HOME", "."))
Stage = Callable[[], object]


def stages(examples: int) -> dict[str, Stage]:
    """Name → what it does, in order."""
    from benchmarks.load.filling import people, results, texts, votes, working_out
    from benchmarks.load.filling.beside import write_small
    from benchmarks.load.filling.size import Size
    from curation.models import Project

    size = Size(slug="jokes", examples=examples)

    def big() -> Project:
        return Project.objects.get(slug=size.slug)

    def versions() -> list[Any]:
        return list(big().dataset_versions.order_by("number"))

    small = [Size(slug=f"small-{n}", examples=SMALL_EXAMPLES) for n in range(SMALL)]
    return {
        "texts": lambda: texts.write_texts(working_out.new_project(size), size),
        "votes": lambda: votes.write_votes(big(), size),
        "planner": working_out.tell_planner,
        "versions": lambda: results.freeze(big()),
        "runs": lambda: results.write_runs(big(), versions()),
        "predictions": lambda: results.write_predicted(big(), size),
        "summaries": lambda: working_out.summarise(big()),
        "small": lambda: write_small(small, fitted=FITTED),
        "studies": lambda: results.write_study([size.slug, *(one.slug for one in small[:FITTED])]),
        "objectivity": lambda: results.write_comparisons([one.slug for one in small[:COMPARED]]),
        "people": lambda: people.write_people(list(Project.objects.all())),
        "history": lambda: people.write_history(big()),
        "named": lambda: _keep("scene", people.named_things(big()) | _places(big())),
        "figures": lambda: working_out.work_out(big()),
    }


def _places(project: Any) -> dict[str, Any]:
    """Where the table's deep and last pages begin, and which words are rare and common."""
    from benchmarks.examples_table.filling import vocabulary

    keys = project.examples.order_by("pk").values_list("pk", flat=True)
    count = keys.count()
    words, _ = vocabulary()
    return {
        "middle": keys[count // 2], "end": keys[min(30, count - 1)], "examples": count,
        "words": {"common": words[3], "often": words[60], "few": words[2_000],
                  "rare": words[15_000]},
    }  # fmt: skip


def fill(examples: int) -> dict[str, Any]:
    """Run every stage that is not done yet; the seconds of each."""
    from django.core.management import call_command
    from django.db import connection, transaction

    call_command("migrate", verbosity=0)
    done: dict[str, float] = _kept("filled") or {}
    before = len(done)
    for name, work in stages(examples).items():
        if name in done:
            continue
        started = time.perf_counter()
        with transaction.atomic():
            if name in UNCHECKED and connection.vendor == "postgresql":
                with connection.cursor() as cursor:  # keys are right; fifteen million checks wait
                    cursor.execute("SET LOCAL session_replication_role = replica")
            work()
        done[name] = round(time.perf_counter() - started, 1)
        _keep("filled", done)
        print(f"{name}: {done[name]} s", file=sys.stderr, flush=True)
    if connection.vendor == "postgresql" and len(done) > before:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")
    return done


def _keep(name: str, content: dict[str, Any]) -> None:
    scratch = HOME / f".{name}"
    scratch.write_text(json.dumps(content, indent=1))
    scratch.replace(HOME / f"{name}.json")


def _kept(name: str) -> dict[str, Any] | None:
    path = HOME / f"{name}.json"
    return json.loads(path.read_text()) if path.exists() else None


if __name__ == "__main__":
    django.setup()
    print(json.dumps(fill(int(sys.argv[1]))))
