"""Accounts, what was done under them, and what the addresses name."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from curation.datasets import Policy
from curation.models import Job, Membership, Project, Role
from curation.services.annotating.joining import entry_link
from curation.services.auditing import record
from curation.services.datasets import FreezeAsked
from curation.services.invitations import invitation_token, invite
from curation.services.objectivity.links import study_link
from curation.services.objectivity.studies import get_study
from curation.services.secrets import keep_secret
from curation.services.tokens import create_token
from generation.models import Call
from generation.services.attributes import set_values
from training.models import TrainingRun

PASSWORD = "a password for measuring"
PEOPLE = {"owner": 1, "researcher": 8, "annotator": 30, "auditor": 2}
LINES, JOBS = 500, 400  # of the audit log; of background work that is over
KINDS = ("generate", "agreement", "annotators", "explore", "summaries", "train", "aggregators")


def write_people(projects: list[Project]) -> None:
    """Accounts with a role in every project: owner-0, researcher-0, researcher-1 and so on."""
    password = make_password(PASSWORD)
    users = {
        f"{role}-{number}": Role(role) for role, many in PEOPLE.items() for number in range(many)
    }
    User.objects.bulk_create(
        User(username=name, email=f"{name}@lab.org", password=password) for name in users
    )
    Membership.objects.bulk_create(
        Membership(project=project, user=user, role=users[user.username])
        for user in User.objects.filter(username__in=users)
        for project in projects
    )


@transaction.atomic
def write_history(project: Project) -> None:
    """Lines of the audit log, and jobs that are over."""
    dice, now = random.Random(7), timezone.now()
    for number in range(LINES):
        record("round.refilled", project=project, thing=f"round {number}", after={"tasks": number})
    Job.objects.bulk_create(
        Job(
            project=project, kind=dice.choice(KINDS), state=Job.State.SUCCESSFUL, attempts=1,
            done=1, total=1, result={"votes": number}, started_at=now - timedelta(hours=number),
            finished_at=now - timedelta(hours=number - 1),
        )
        for number in range(JOBS)
    )  # fmt: skip


def named_things(project: Project) -> dict[str, Any]:
    """What the addresses in tests/permission_rows.py name, for this project."""
    open_round = project.rounds.get(state="open")
    compared = get_study("tasks")
    invitation = invite(project, Role.OWNER, by="owner-0")
    researcher = User.objects.get(username="researcher-0")
    set_values(project, "topic", [f"topic {number}" for number in range(40)])
    frozen = FreezeAsked(policy=Policy(threshold=0.8)).as_json()
    result = {"version": 2, "created": True, "kept": 1}
    call = Call.objects.of(project).order_by("pk")[0]
    return {
        "job": _job(project, "agreement"),
        "failed": _job(project, "agreement", state=Job.State.FAILED, error="There was no room."),
        "freezing": _job(project, "freeze", params=frozen, result=result),
        "training": _job(project, "train"),
        "trained": _job(project, "train", state=Job.State.FAILED, error="There was no room."),
        "round": open_round.number,
        "page": str(open_round.key),
        "entry": entry_link(open_round),
        "compared": str(compared.key),
        "comparing": study_link(compared, days=30),
        "call": call.pk,
        "run": TrainingRun.objects.of(project).successful().order_by("pk")[0].pk,
        "member": Membership.objects.get(project=project, user=researcher).pk,
        "invitation": invitation.pk,
        "invited": invitation_token(invitation),
        "secret": keep_secret(
            "llm_key", "sk-of-jokes", address="https://api.groq.com", project=project, by="owner-0"
        ).pk,
        "token": create_token(researcher, name="load", scopes=["read"]).key,
    }


def _job(project: Project, kind: str, **fields: Any) -> int:
    usual = {"state": Job.State.SUCCESSFUL, "finished_at": timezone.now()}
    return Job.objects.create(project=project, kind=kind, **usual | fields).pk
