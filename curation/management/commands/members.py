"""`members list|add|remove|invite|withdraw SLUG …`: who may do what in a project."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.urls import reverse

from curation.errors import BadInput
from curation.management.base import ConcordCommand
from curation.models import Invitation, Project, Role
from curation.services.invitations import USUAL_DAYS, invitation_token, invite, withdraw
from curation.services.members import (
    give_role,
    members_of,
    remove_member,
    role_named,
    user_named,
)


class Command(ConcordCommand):
    help = (
        "Who may do what in a project: list its members and open invitations, give somebody with "
        "an account a role, take it away, invite somebody by a link, withdraw an invitation."
    )

    def add_options(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)

        def verb(name: str, text: str) -> CommandParser:
            one: CommandParser = verbs.add_parser(name, help=text)
            one.add_argument("slug", help="short name of the project")
            return one

        verb("list", "members and open invitations")
        add = verb("add", "make somebody with an account a member, or change their role")
        add.add_argument("name", help="name of the account")
        _add_role(add)
        verb("remove", "take a member's role away").add_argument("name")
        asked = verb("invite", "a link that makes whoever opens it a member, once")
        _add_role(asked)
        asked.add_argument("--days", type=int, default=USUAL_DAYS, help="how long it lives")
        asked.add_argument("--for", dest="note", default="", help="whom it is for, as a reminder")
        verb("withdraw", "make an invitation void").add_argument("number", type=int)

    def run(self, **options: Any) -> None:
        getattr(self, f"_{options['verb']}")(self.get_project(options["slug"]), options)

    def _list(self, project: Project, options: dict[str, Any]) -> None:
        members = [
            {"name": held.user.get_username(), "role": held.role, "since": held.since.isoformat()}
            for held in members_of(project)
        ]
        invitations = [
            _invitation(one) for one in project.invitations.filter(pk__in=Invitation.objects.open())
        ]
        lines = [f"{one['name']:<24}{one['role']}" for one in members]
        lines += [f"invitation {one['number']}: {_said(one)}" for one in invitations]
        self.answer(
            {"project": project.slug, "members": members, "invitations": invitations},
            "\n".join(lines) or f"Nobody has a role in {project.slug}; superusers own it.",
        )

    def _add(self, project: Project, options: dict[str, Any]) -> None:
        role = role_named(options["role"])
        held = give_role(project, user_named(options["name"]), role)
        self.answer(
            {"project": project.slug, "name": options["name"], "role": held.role},
            f"{options['name']} is {held.role} in {project.slug}.",
        )

    def _remove(self, project: Project, options: dict[str, Any]) -> None:
        remove_member(project, user_named(options["name"]))
        self.answer(
            {"project": project.slug, "name": options["name"], "role": None},
            f"{options['name']} has no role in {project.slug} any more.",
        )

    def _invite(self, project: Project, options: dict[str, Any]) -> None:
        one = invite(
            project,
            role_named(options["role"]),
            by="",
            days=options["days"],
            note=options["note"].strip(),
        )
        path = reverse("invitation", args=[invitation_token(one)])
        link = settings.CONCORD_PUBLIC_URL.rstrip("/") + path
        self.answer(
            {"project": project.slug, **_invitation(one), "link": link},
            f"One person becomes {one.role} in {project.slug} by this link, within "
            f"{options['days']} days: {link}",
        )

    def _withdraw(self, project: Project, options: dict[str, Any]) -> None:
        one = project.invitations.filter(pk=options["number"]).first()
        if one is None:
            raise BadInput(f"{project.slug} has no invitation {options['number']}.")
        withdraw(one)
        self.answer(
            {"project": project.slug, "number": one.pk, "withdrawn": True},
            f"Invitation {one.pk} is withdrawn.",
        )


def _add_role(parser: CommandParser) -> None:
    names = ", ".join(Role.values)
    parser.add_argument("--role", required=True, help=f"one of {names}")


def _invitation(one: Invitation) -> dict[str, Any]:
    return {
        "number": one.pk,
        "role": one.role,
        "for": one.note,
        "by": one.by,
        "expires": one.expires_at.isoformat(),
    }


def _said(one: dict[str, Any]) -> str:
    whom = f" for {one['for']}" if one["for"] else ""
    return f"{one['role']}{whom}, until {one['expires'][:10]}"
