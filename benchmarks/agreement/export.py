"""A version of 200,000 texts with 1,000,000 votes written in every form, on a database file.

`python -m benchmarks.agreement.export [--examples N] [--overlap K] [--forms parquet,csv]`: seconds,
the memory of the process before, and how far it grew while writing. Every form is written by a
process of its own, as a user would run it. The rows are put into SQLite directly: texts, votes and
the version are made up, only their number and shape matter.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.recording import environment, record

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = 500
FORMS = ("parquet", "csv", "jsonl", "huggingface", "croissant")


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One export. Memory is the process's resident peak."""

    form: str
    to: str  # "folder" or "zip"
    seconds: float  # of writing alone, without starting Python
    mib_before: float
    mib_grown: float
    mib_written: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=200_000)
    parser.add_argument("--overlap", type=int, default=5)
    parser.add_argument("--forms", default=",".join(FORMS))
    parser.add_argument("--write", help=argparse.SUPPRESS)  # inside a process of its own
    options = parser.parse_args()
    if options.write:
        print(json.dumps(_write(*options.write.split(":"))))
        return
    before = environment()
    rows = run(options.examples, options.overlap, options.forms.split(","))
    votes = options.examples * options.overlap
    print(f"{options.examples:,} texts, {votes:,} votes")
    for row in rows:
        print(
            f"{row.seconds:7.2f} s  {row.mib_before:6.1f} MiB + {row.mib_grown:5.1f}  "
            f"wrote {row.mib_written:6.1f} MiB  {row.form} ({row.to})"
        )
    measured = {
        "examples": options.examples,
        "votes": votes,
        "exports": [asdict(row) for row in rows],
    }
    print(f"Kept in {record(f'exports-{votes}', measured, before=before).relative_to(ROOT)}")


def run(examples: int, overlap: int, forms: list[str]) -> list[Measured]:
    """Each form as a folder, the first one as a zip, too."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["CONCORD_HOME"] = folder
        _child("-c", FILL.format(examples=examples, overlap=overlap))
        wishes = [(form, "folder") for form in forms] + [(forms[0], "zip")]
        return [
            Measured(**json.loads(_child("-m", __spec__.name, "--write", f"{form}:{to}:{folder}")))
            for form, to in wishes
        ]


FILL = "from benchmarks.agreement.export import fill; fill({examples}, {overlap})"


def _child(*arguments: str) -> str:
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout


def fill(examples: int, overlap: int) -> None:
    """A project "big" with as many texts, a round of votes and version 1, in a new database."""
    _django()
    from django.core.management import call_command
    from django.db import transaction

    from curation.bulk import insert_rows
    from curation.datasets import Policy
    from curation.models import Annotation, Annotator, Example, Task
    from curation.services.datasets import curate_dataset
    from curation.services.projects import NewLabel, create_project

    call_command("migrate", verbosity=0)
    project = create_project("big", labels=[NewLabel(name="joke"), NewLabel(name="news")])
    labels = list(project.labels.order_by("position").values_list("pk", flat=True))
    target = project.rounds.create(number=1, front="votes", overlap=overlap)
    with transaction.atomic():
        insert_rows(Example, EXAMPLE_FIELDS, _examples(project.pk, labels, examples))
        people = ((project.pk, f"w{n}", False) for n in range(PEOPLE))
        insert_rows(Annotator, ["project", "name", "simulated"], people)
        keys = list(project.examples.order_by("pk").values_list("pk", flat=True))
        insert_rows(Task, ["round", "example"], ((target.pk, key) for key in keys))
        tasks = list(target.tasks.order_by("pk").values_list("pk", flat=True))
        crowd = list(project.annotators.values_list("pk", flat=True))
        votes = _votes(tasks, crowd, labels, overlap)
        insert_rows(Annotation, ["task", "annotator", "label"], votes)
    curate_dataset(project, Policy(threshold=0.8))


EXAMPLE_FIELDS = [
    "project", "external_id", "text", "source", "split", "intended_label", "provenance",
    "created_at",
]  # fmt: skip


def _examples(project: int, labels: list[int], count: int) -> Iterator[tuple[Any, ...]]:
    from django.utils import timezone

    dice = random.Random(0)
    words = [f"word{number}" for number in range(5_000)]
    now = timezone.now()
    for number in range(count):
        text = " ".join(dice.choices(words, k=25))
        provenance = {"run": 1, "model": "m", "method": "zero_shot", "conversation": number // 10}
        label = labels[number % 2]
        yield project, f"e{number}", text, "synthetic", "pool", label, provenance, now


def _votes(
    tasks: list[int], crowd: list[int], labels: list[int], overlap: int
) -> Iterator[tuple[int, int, int]]:
    dice = random.Random(0)
    for task in tasks:
        share = dice.random()
        for person in dice.sample(crowd, overlap):
            yield task, person, labels[dice.random() < share]


def _write(form: str, to: str, home: str) -> dict[str, Any]:
    """Export version 1 and take the time and the growth of this process's peak memory."""
    _django()
    from curation.services.datasets import get_version
    from curation.services.exports import export_dataset
    from curation.services.projects import get_project

    if form not in {"csv", "jsonl"}:
        import pyarrow.parquet  # noqa: F401  # loaded once, it is not what grows with the rows
    version = get_version(get_project("big"), 1)
    place = Path(home) / "out" / (f"{form}.zip" if to == "zip" else "folders")
    before = _peak()
    started = time.perf_counter()
    path = export_dataset(version, form=form, to=place).path
    seconds = time.perf_counter() - started
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    return {
        "form": form,
        "to": to,
        "seconds": round(seconds, 2),
        "mib_before": round(before, 1),
        "mib_grown": round(_peak() - before, 1),
        "mib_written": round(sum(file.stat().st_size for file in files) / 1024**2, 1),
    }


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _django() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "curation.settings")
    django.setup()


if __name__ == "__main__":
    main()
