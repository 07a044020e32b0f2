"""The door: what somebody may do in a project. Pages and the interface ask here, and only here.

Commands belong to the operator of the installation and ask nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import Model, OuterRef, Q, QuerySet, Subquery

from curation.errors import NotAllowed, ProjectNotFound
from curation.importers.lines import is_storable
from curation.models import Membership, Project, Role

User = AbstractBaseUser | AnonymousUser
Study = TypeVar("Study", bound=Model)  # of either kind: its `projects` are several


class Right(StrEnum):
    """What can be allowed in a project."""

    SEE = "see"  # read everything in it but who did what
    WORK = "work"  # change it: texts, rounds, versions, runs
    MANAGE = "manage"  # its members and settings; delete what cannot be made again
    ANNOTATE = "annotate"  # answer in its rounds under one's own account
    AUDIT = "audit"  # read who did what
    LEAVE = "leave"  # give one's own role in it up


RIGHTS: dict[Role, frozenset[Right]] = {
    Role.OWNER: frozenset(Right),
    Role.RESEARCHER: frozenset({Right.SEE, Right.WORK, Right.ANNOTATE, Right.LEAVE}),
    Role.ANNOTATOR: frozenset({Right.ANNOTATE, Right.LEAVE}),
    Role.AUDITOR: frozenset({Right.SEE, Right.AUDIT, Right.LEAVE}),
}


def roles_with(right: Right) -> tuple[Role, ...]:
    """The roles that may do this, the mightiest first.

    >>> [role.value for role in roles_with(Right.SEE)]
    ['owner', 'researcher', 'auditor']
    """
    return tuple(role for role in Role if right in RIGHTS[role])


def role_of(user: User, project: Project) -> Role | None:
    """What this person is in the project; None where they are nothing.

    Superusers are owners everywhere. Somebody who did not sign in, or whose account was closed,
    has no role.
    """
    if not user.is_authenticated or not user.is_active:
        return None
    if getattr(user, "is_superuser", False):
        return Role.OWNER
    held = Membership.objects.filter(user_id=user.pk, project=project)
    return _role(held.values_list("role", flat=True).first())


def may(user: User, project: Project, right: Right) -> bool:
    """Whether this person's role in the project suffices."""
    role = role_of(user, project)
    return role is not None and right in RIGHTS[role]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A project, and what the one who came in is there."""

    project: Project
    role: Role


def project_for(user: User, slug: str, right: Right) -> Project:
    """The project of that slug, for somebody who may do this in it.

    Raises:
        ProjectNotFound: there is none, or this person has no role in it; which of the two is
            not said.
        NotAllowed: their role does not suffice.
    """
    return enter(user, slug, right).project


def enter(user: User, slug: str, right: Right) -> Entry:
    """The same with their role; one question to the database."""
    if user.pk is None or not user.is_active or not is_storable(slug):
        raise ProjectNotFound(slug)
    held = Membership.objects.filter(user_id=user.pk, project=OuterRef("pk")).values("role")
    project = Project.objects.filter(slug=slug).annotate(role_here=Subquery(held[:1])).first()
    if project is None:
        raise ProjectNotFound(slug)
    owns_all = getattr(user, "is_superuser", False)
    role = Role.OWNER if owns_all else _role(project.role_here)
    if role is None:
        raise ProjectNotFound(slug)
    if right not in RIGHTS[role]:
        raise NotAllowed(refusal(slug, right, role))
    return Entry(project=project, role=role)


def refusal(slug: str, right: Right, role: Role) -> str:
    """Why this role does not suffice, and which does.

    >>> print(refusal("jokes", Right.MANAGE, Role.AUDITOR))
    In project 'jokes' this takes the role owner, but yours is auditor; ask an owner of it.
    """
    needed = _either(right)
    return (
        f"In project {slug!r} this takes the role {needed}, but yours is {role.value}; "
        "ask an owner of it."
    )


def projects_of(user: User, right: Right | None = None) -> QuerySet[Project]:
    """The projects this person has a role in; with `right`, those where it suffices for that."""
    if not user.is_authenticated or not user.is_active:
        return Project.objects.none()
    if getattr(user, "is_superuser", False):
        return Project.objects.all()
    held = Q(user_id=user.pk)
    if right is not None:
        held &= Q(role__in=roles_with(right))
    return Project.objects.filter(pk__in=Membership.objects.filter(held).values("project"))


def may_somewhere(user: User, right: Right) -> bool:
    """Whether there is, or could be, a project in which this person may do this."""
    return bool(getattr(user, "is_superuser", False)) or projects_of(user, right).exists()


def may_create(user: User) -> bool:
    """Whether this person may make a project, whose owner may spend the installation's money.

    Whoever works in another one, and newcomers where people make accounts for themselves; nobody
    who only annotates or reads.
    """
    if may_somewhere(user, Right.WORK):
        return True
    newcomer = user.is_authenticated and not projects_of(user).exists()
    return newcomer and settings.CONCORD_SIGNUP != "closed"


def check_may_create(user: User) -> None:
    """Raises `NotAllowed` where `may_create` says no."""
    if not may_create(user):
        raise NotAllowed(
            "Making a project takes the role owner or researcher in another one; ask whoever "
            "runs this installation."
        )


def rights_over(user: User, projects: QuerySet[Project]) -> frozenset[Right]:
    """What this person may do in every one of these projects, as in a study made of them.

    Nothing where there are none, or where one of them is not theirs; superusers may do all.
    """
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    if getattr(user, "is_superuser", False):
        return frozenset(Right)
    held = dict(
        Membership.objects.filter(user_id=user.pk, project__in=projects).values_list(
            "project", "role"
        )
    )
    if not held or len(held) < projects.count():
        return frozenset()
    return frozenset.intersection(*(RIGHTS[Role(role)] for role in held.values()))


def check_over(user: User, projects: QuerySet[Project], right: Right) -> frozenset[Right]:
    """What they may do there, this included.

    Raises:
        NotAllowed: their role does not suffice in one of the projects.
    """
    rights = rights_over(user, projects)
    if right not in rights:
        raise NotAllowed(
            f"This takes the role {_either(right)} in each of its projects; ask an owner of them."
        )
    return rights


def within(studies: QuerySet[Study], user: User, right: Right) -> QuerySet[Study]:
    """Of studies, those in all of whose projects this person may do this."""
    if getattr(user, "is_superuser", False):
        return studies
    mine = projects_of(user, right)
    elsewhere = Project.objects.exclude(pk__in=mine)
    of_mine = studies.model._default_manager.filter(projects__in=mine).values("pk")
    return studies.filter(pk__in=of_mine).exclude(projects__in=elsewhere)


def _either(right: Right) -> str:
    """
    >>> _either(Right.ANNOTATE), _either(Right.MANAGE)
    ('owner, researcher or annotator', 'owner')
    """
    *others, last = (role.value for role in roles_with(right))
    return f"{', '.join(others)} or {last}" if others else last


def _role(held: str | None) -> Role | None:
    return None if held is None else Role(held)
