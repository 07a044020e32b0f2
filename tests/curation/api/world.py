"""One of everything that has an address under /api/v1/."""

from __future__ import annotations

from typing import Any

from curation.models import Job, Project
from generation.models import Attribute, GenerationRun
from tests.factories import make_curated, make_example, make_project, make_round
from tests.training.scored_study import planned_study
from training.models import Study, TrainingRun

NAMES = {  # of what is there, by the part of the address before it
    "problems": "not-found",
    "labels": "joke",
    "annotators": "ann-1",
    "lists": "topic",
}


def make_world() -> Project:
    """The project "jokes", and a study that reads it."""
    project = make_project("jokes")
    make_curated(project, simulated=False)
    make_example(project, name="known", split="check", gold="joke")
    make_round(project, front="page")
    Job.objects.create(project=project, kind="agreement", state=Job.State.FAILED)
    Attribute.objects.create(project=project, name="topic", values=["cats", "trains"])
    GenerationRun.objects.create(
        project=project, number=1, provider="openai", method="zero_shot", prompt_version="1",
        params={}, seed=0, target=10, fingerprint="0" * 64,
    )  # fmt: skip
    TrainingRun.objects.create(
        project=project, source="synthetic", seed=0, config={}, fingerprint="0" * 64,
        recipe="0" * 64, train_rows=10, folder="runs/1", error="There was no room.",
        status=TrainingRun.Status.FAILED,
    )  # fmt: skip
    planned_study()
    Study.objects.get().projects.set([project])
    return project


def names_in(path: str) -> dict[str, Any]:
    """What the parts of an address are called that lead to something in `make_world`."""
    before = path.split("/{name}")[0].rpartition("/")[2]
    return {
        "slug": "as-good" if "/studies/" in path else "jokes",
        "number": TrainingRun.objects.get().pk if "/training/" in path else 1,
        "before": 1,
        "after": 2,
        "job_id": Job.objects.order_by("pk").values_list("pk", flat=True)[0],
        "name": NAMES.get(before, ""),
        "example_id": "joke-0",
        "form": "csv",
        "action": "pause",
    }
