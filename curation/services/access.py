"""The door: what somebody may do in a project. Pages and the interface ask here, and only here.

Commands belong to the operator of the installation and ask nobody.
"""

from __future__ import annotations

from enum import StrEnum

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db.models import OuterRef, Q, QuerySet, Subquery

from curation.errors import NotAllowed, ProjectNotFound
from curation.models import Membership, Project, Role

User = AbstractBaseUser | AnonymousUser


class Right(StrEnum):
    """What can be allowed in a project."""

    SEE = "see"  # read everything in it but who did what
    WORK = "work"  # change it: texts, rounds, versions, runs
    MANAGE = "manage"  # its members and settings; delete what cannot be made again
    ANNOTATE = "annotate"  # answer in its rounds under one's own account
    AUDIT = "audit"  # read who did what


RIGHTS: dict[Role, frozenset[Right]] = {
    Role.OWNER: frozenset(Right),
    Role.RESEARCHER: frozenset({Right.SEE, Right.WORK, Right.ANNOTATE}),
    Role.ANNOTATOR: frozenset({Right.ANNOTATE}),
    Role.AUDITOR: frozenset({Right.SEE, Right.AUDIT}),
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


def project_for(user: User, slug: str, right: Right) -> Project:
    """The project of that slug, for somebody who may do this in it.

    Raises:
        ProjectNotFound: there is none, or this person has no role in it; which of the two is
            not said.
        NotAllowed: their role does not suffice.
    """
    if user.pk is None or not user.is_active:
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
    return project


def refusal(slug: str, right: Right, role: Role) -> str:
    """Why this role does not suffice, and which does.

    >>> print(refusal("jokes", Right.MANAGE, Role.AUDITOR))
    In project 'jokes' this takes the role owner, but yours is auditor; ask an owner of it.
    """
    needed = " or ".join(role.value for role in roles_with(right))
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


def _role(held: str | None) -> Role | None:
    return None if held is None else Role(held)
