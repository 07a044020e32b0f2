"""A project in which every address leads somewhere, and six people who come to it."""

from __future__ import annotations

from django.contrib.auth.models import User

from curation.datasets import Policy
from curation.models import Job, Membership, Project, Role
from curation.services.annotating.joining import entry_link, join, member_name
from curation.services.annotating.rounds import open_round
from curation.services.datasets import FreezeAsked
from curation.services.invitations import invitation_token, invite
from curation.services.objectivity.links import study_link
from curation.services.objectivity.studies import create_study
from curation.services.secrets import keep_secret
from generation.services.attributes import set_values
from tests import factories
from tests.generation.pages.asking import make_call, make_run
from tests.training.factories import make_project
from tests.training.scored_study import scored_study
from training.models import TrainingRun

ROLES = {
    "no role": None,
    "annotator": Role.ANNOTATOR,
    "auditor": Role.AUDITOR,
    "researcher": Role.RESEARCHER,
    "owner": Role.OWNER,
}
Scene = dict[str, object]


def make_people(*projects: Project) -> dict[str, User | None]:
    """One person for each role, the same in all projects; None is who did not sign in."""
    people: dict[str, User | None] = {"anonymous": None}
    for name, role in ROLES.items():
        user = factories.make_member(projects[0], role, name=name.replace(" ", "-"))
        for project in projects[1:]:
            if role is not None:
                Membership.objects.create(project=project, user=user, role=role)
        people[name] = user
    return people


def make_scene() -> Scene:
    """What the rows' paths name. Everybody with an account is in the round already, as if their
    role had been another one once."""
    project, other = make_project("jokes"), factories.make_project("jests")
    factories.make_curated(project)
    scored_study("jokes")
    people = make_people(project, other)
    target = open_round(project)
    for user in people.values():
        if user is not None:
            join(target, member_name(user.get_username()))
    compared = create_study("tasks", ["jokes", "jests"])
    call = make_call(make_run(project, status="running"))
    set_values(project, "topic", ["cats", "dogs"])
    invitation = invite(project, Role.OWNER, by="owner")
    newcomer = factories.make_member(project, Role.RESEARCHER)
    asked = FreezeAsked(policy=Policy(threshold=0.8))
    run = TrainingRun.objects.first()
    assert run is not None
    return {
        "people": people,
        "job": _job(project, "generate"),
        "failed": _job(project, "agreement", Job.State.FAILED),
        "freezing": _job(project, "freeze", params=asked.as_json()),
        "training": _job(project, "train"),
        "trained": _job(project, "train", Job.State.FAILED),
        "round": target.number,
        "page": target.key,
        "entry": entry_link(target),
        "compared": compared.key,
        "comparing": study_link(compared, days=3),
        "call": call.pk,
        "run": run.pk,
        "member": Membership.objects.get(project=project, user=newcomer).pk,
        "invitation": invitation.pk,
        "secret": keep_secret(
            "llm_key", "sk-of-jokes", address="https://api.groq.com", project=project, by="owner"
        ).pk,
        "invited": invitation_token(invitation),
    }


def _job(
    project: Project,
    kind: str,
    state: str = Job.State.READY,
    params: dict[str, object] | None = None,
) -> int:
    return Job.objects.create(project=project, kind=kind, state=state, params=params or {}).pk
