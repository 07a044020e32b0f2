"""One of everything that has an address under /api/v1/."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User

from curation.models import Invitation, Job, Membership, Project, Role, Secret
from curation.progress import silent
from curation.services.aggregating.comparing import compare_aggregators
from curation.services.invitations import invite
from curation.services.objectivity.studies import create_study
from curation.services.secrets import keep_secret
from generation.models import Attribute, Call
from tests.factories import make_curated, make_example, make_member, make_project, make_round
from tests.generation.pages.asking import make_call, make_run
from tests.training.scored_study import planned_study
from training.models import Study, TrainingRun

NAMES = {  # of what is there, by the part of the address before it
    "problems": "not-found",
    "labels": "joke",
    "annotators": "ann-1",
    "lists": "topic",
    "files": "report.md",
}


def make_world() -> Project:
    """The projects "jokes" and "jests", and a study of either kind."""
    project = make_project("jokes")
    make_curated(project, simulated=False)
    make_example(project, name="known", split="check", gold="joke")
    make_round(project, front="page")
    Job.objects.create(project=project, kind="agreement", state=Job.State.FAILED)
    Attribute.objects.create(project=project, name="topic", values=["cats", "trains"])
    make_call(make_run(project))
    TrainingRun.objects.create(
        project=project, source="synthetic", seed=0, config={}, fingerprint="0" * 64,
        recipe="0" * 64, train_rows=10, folder="runs/1", error="There was no room.",
        status=TrainingRun.Status.FAILED,
    )  # fmt: skip
    planned_study()
    Study.objects.get().projects.set([project])
    make_member(project, Role.RESEARCHER, name="tom")
    invite(project, Role.AUDITOR, by="mira")
    keep_secret(
        "llm_key", "sk-of-jokes", address="https://api.groq.com", project=project, by="mira"
    )
    create_study("tasks", ["jokes", make_project("jests").slug])
    compare_aggregators(project, silent)
    return project


def make_person(project: Project, role: Role | None) -> User:
    """Somebody with this role in the project and in the other one of its study of tasks."""
    user = make_member(project, role)
    if role is not None:
        other = Project.objects.get(slug="jests")
        Membership.objects.create(project=other, user=user, role=role)
    return user


def names_in(path: str) -> dict[str, Any]:
    """What the parts of an address are called that lead to something in `make_world`."""
    before = path.split("/{name}")[0].rpartition("/")[2]
    return {
        "slug": _slug(path),
        "number": _number(path),
        "before": 1,
        "after": 2,
        "job_id": _first(Job.objects.all()),
        "name": NAMES.get(before, ""),
        "user": "tom",
        "example_id": "joke-0",
        "form": "csv",
        "action": "pause",
    }


def _slug(path: str) -> str:
    before = path.split("/{slug}")[0].rpartition("/")[2]
    return {"studies": "as-good", "objectivity": "tasks"}.get(before, "jokes")


def _number(path: str) -> int:
    kinds: dict[str, Any] = {
        "training": TrainingRun,
        "invitations": Invitation,
        "secrets": Secret,
        "calls": Call,
    }
    found = next((kinds[part] for part in path.split("/") if part in kinds), None)
    return 1 if found is None else _first(found.objects.all())


def _first(rows: Any) -> int:
    key: int = rows.order_by("pk").values_list("pk", flat=True)[0]
    return key
