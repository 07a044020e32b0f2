"""Who is who in a project: members, invitations, leaving."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Field, Query, Router, Schema, Status

from curation.api.answers import reads, writes
from curation.api.door import caller_of, project_at
from curation.api.once import once
from curation.api.paging import LARGEST, Page, PageAsked, page_of
from curation.api.schemas import Strict
from curation.models import Invitation, Membership, Project, Role
from curation.services.access import Right
from curation.services.invitations import MOST_DAYS, USUAL_DAYS, invitation_token, invite, withdraw
from curation.services.members import give_role, leave_project, remove_member

router = Router()


class MemberOut(Schema):
    user: str
    role: Role
    since: datetime
    active: bool = Field(description="false: the account is closed")


class MemberChange(Strict):
    role: Role


class InvitationIn(Strict):
    role: Role
    days: int = Field(USUAL_DAYS, ge=1, le=MOST_DAYS, description="that its link lives")
    note: str = Field("", max_length=120, description="whom it is for")


class InvitationOut(Schema):
    id: int
    role: Role
    note: str
    by: str = Field(description='user name; "" for a command')
    created_at: datetime
    expires_at: datetime
    href: str = Field(description="its address, where the link is")


class InvitationWhole(InvitationOut):
    link: str = Field(description="makes one person a member, once; send it to them alone")


@router.get("/{slug}/members", response=reads(Page[MemberOut]), summary="Everybody with a role")
def member_list(
    request: HttpRequest, response: HttpResponse, slug: str, asked: Query[PageAsked]
) -> dict[str, Any]:
    rows = project_at(request, slug, Right.SEE).memberships.select_related("user")
    return page_of(request, response, rows, asked, tell=_member)


@router.patch(
    "/{slug}/members/{path:user}", response=writes({200: MemberOut}), summary="Change a role"
)
def member_change(request: HttpRequest, slug: str, user: str, asked: MemberChange) -> Any:
    """Of somebody who is a member; others are invited."""
    held = _held(project_at(request, slug, Right.MANAGE), user)
    return _member(give_role(held.project, held.user, asked.role))


@router.delete(
    "/{slug}/members/{path:user}", response=writes({204: None}), summary="Take a role away"
)
def member_remove(request: HttpRequest, slug: str, user: str) -> Status[Any]:
    """What they did stays."""
    held = _held(project_at(request, slug, Right.MANAGE), user)
    remove_member(held.project, held.user)
    return Status(204, None)


@router.post("/{slug}/leave", response=writes({204: None}), summary="Give one's own role up")
@once
def leave(request: HttpRequest, slug: str) -> Status[Any]:
    """The last owner cannot."""
    leave_project(project_at(request, slug, Right.LEAVE), caller_of(request).user)
    return Status(204, None)


@router.get(
    "/{slug}/invitations", response=reads(Page[InvitationOut]), summary="Invitations still open"
)
def invitation_list(
    request: HttpRequest, response: HttpResponse, slug: str, asked: Query[PageAsked]
) -> dict[str, Any]:
    project = project_at(request, slug, Right.MANAGE)
    return page_of(
        request,
        response,
        Invitation.objects.open().filter(project=project),
        asked,
        newest_first=True,
        tell=lambda one: _invitation(request, project, one),
    )


@router.post(
    "/{slug}/invitations", response=writes({201: InvitationOut}), summary="Invite somebody"
)
@once
def invitation_make(
    request: HttpRequest, response: HttpResponse, slug: str, asked: InvitationIn
) -> Status[Any]:
    """Its link is at `href`: this answer may be kept, to be given again, and a link is not."""
    project = project_at(request, slug, Right.MANAGE)
    by = caller_of(request).user.get_username()
    made = invite(project, asked.role, by=by, days=asked.days, note=asked.note)
    told = _invitation(request, project, made)
    response["Location"] = told["href"]
    return Status(201, told)


@router.get(
    "/{slug}/invitations/{int:number}",
    response=reads(InvitationWhole),
    summary="One invitation with its link",
)
def invitation(request: HttpRequest, response: HttpResponse, slug: str, number: int) -> Any:
    project = project_at(request, slug, Right.MANAGE)
    found = _open(project, number)
    address = reverse("invitation", args=[invitation_token(found)])
    response["Cache-Control"] = "no-store"
    told = _invitation(request, project, found)
    return {**told, "link": request.build_absolute_uri(address)}


@router.delete(
    "/{slug}/invitations/{int:number}",
    response=writes({204: None}),
    summary="Withdraw an invitation",
)
def invitation_withdraw(request: HttpRequest, slug: str, number: int) -> Status[Any]:
    """Whoever came in by it stays."""
    withdraw(_open(project_at(request, slug, Right.MANAGE), number))
    return Status(204, None)


def _held(project: Project, user: str) -> Membership:
    found = project.memberships.select_related("user", "project")
    for held in found:
        if held.user.get_username() == user:
            return held
    raise Http404(f"{user!r} is no member of project {project.slug!r}.")


def _open(project: Project, number: int) -> Invitation:
    found = Invitation.objects.open().filter(project=project, pk=min(number, LARGEST)).first()
    if found is None:
        raise Http404(f"Project {project.slug!r} has no open invitation {number}.")
    return found


def _member(held: Membership) -> dict[str, Any]:
    user = held.user
    plain = {"role": held.role, "since": held.since}
    return {"user": user.get_username(), "active": user.is_active, **plain}


def _invitation(request: HttpRequest, project: Project, one: Invitation) -> dict[str, Any]:
    plain = ("role", "note", "by", "created_at", "expires_at")
    address = f"/api/v1/projects/{project.slug}/invitations/{one.pk}"
    told = {name: getattr(one, name) for name in plain}
    return {"id": one.pk, **told, "href": request.build_absolute_uri(address)}
