"""Who is who in a project: seen by all who may read it, changed by its owners."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from curation.errors import CurationError
from curation.forms.people import MEANINGS, InvitationForm
from curation.models import Invitation, Membership, Project, Role
from curation.services.access import Right, may
from curation.services.invitations import invitation_token, invite, withdraw
from curation.services.members import (
    give_role,
    leave_project,
    members_of,
    remove_member,
    role_named,
)
from curation.views.doors import in_project
from curation.views.stages import rail_of


@dataclass(frozen=True, kw_only=True)
class OpenInvitation:
    """An invitation as its project's owners see it."""

    invitation: Invitation
    link: str


@in_project(Right.SEE)
@require_GET
def member_list(request: HttpRequest, project: Project) -> HttpResponse:
    return _page(request, project, InvitationForm())


@in_project(Right.MANAGE)
@require_POST
def member_invite(request: HttpRequest, project: Project) -> HttpResponse:
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return _page(request, project, form)
    asked = form.cleaned_data
    try:
        invite(
            project,
            role_named(asked["role"]),
            by=request.user.get_username(),
            days=asked["days"],
            note=asked["note"],
        )
    except CurationError as error:
        form.add_error(None, str(error))
        return _page(request, project, form)
    whom = asked["note"] or f"the new {asked['role']}"
    messages.info(request, f"The invitation is made; send its link to {whom}.")
    return redirect(f"{reverse('members', args=[project.slug])}#invitations")


@in_project(Right.MANAGE)
@require_POST
def member_role(request: HttpRequest, project: Project, member_id: int) -> HttpResponse:
    held = _member(project, member_id)
    try:
        role = role_named(request.POST.get("role", ""))
        give_role(project, held.user, role)
    except CurationError as error:
        messages.error(request, str(error))
    else:
        messages.info(request, f"{held.user.get_username()} is {role.value} now.")
    return _onwards(request, project)


@in_project(Right.MANAGE)
@require_http_methods(["GET", "POST"])
def member_remove(request: HttpRequest, project: Project, member_id: int) -> HttpResponse:
    """What it means, and a button that does it."""
    held = _member(project, member_id)
    if request.method == "GET":
        context = {**_frame(project), "held": held}
        return render(request, "members/remove.html", context)
    try:
        remove_member(project, held.user)
    except CurationError as error:
        messages.error(request, str(error))
    else:
        messages.info(request, f"{held.user.get_username()} is no member any more.")
    return _onwards(request, project)


@in_project(Right.LEAVE)
@require_http_methods(["GET", "POST"])
def member_leave(request: HttpRequest, project: Project) -> HttpResponse:
    """What giving one's own role up means, and a button that does it."""
    mine = project.memberships.select_related("user")
    held = get_object_or_404(mine, user_id=request.user.pk)  # an operator may have none
    if request.method == "GET":
        return render(request, "members/leave.html", {"project": project, "held": held})
    try:
        leave_project(project, held.user)
    except CurationError as error:
        messages.error(request, str(error))
        return _onwards(request, project)
    messages.info(request, f"You have left {project.title}.")
    return redirect("projects")


@in_project(Right.MANAGE)
@require_POST
def invitation_withdraw(request: HttpRequest, project: Project, invitation_id: int) -> HttpResponse:
    invitation = get_object_or_404(project.invitations, pk=invitation_id)
    try:
        withdraw(invitation)
    except CurationError as error:
        messages.error(request, str(error))
    else:
        messages.info(request, "The invitation is withdrawn; its link lets nobody in any more.")
    return redirect("members", project.slug)


def _member(project: Project, member_id: int) -> Membership:
    return get_object_or_404(project.memberships.select_related("user"), pk=member_id)


def _onwards(request: HttpRequest, project: Project) -> HttpResponse:
    """Back to the list; to the projects for somebody who has just given up reading it."""
    if may(request.user, project, Right.SEE):
        return redirect("members", project.slug)
    return redirect("projects")


def _page(request: HttpRequest, project: Project, form: InvitationForm) -> HttpResponse:
    manages = may(request.user, project, Right.MANAGE)
    members = list(members_of(project))
    context = {
        **_frame(project),
        "members": members,
        "belongs": any(held.user_id == request.user.pk for held in members),
        "roles": [(role.value, means) for role, means in MEANINGS.items()],
        "invitations": _open(request, project) if manages else [],
        "form": form,
    }
    response = render(request, "members/page.html", context, status=400 if form.errors else 200)
    response["Cache-Control"] = "no-store"  # its links let people in
    return response


def _open(request: HttpRequest, project: Project) -> list[OpenInvitation]:
    return [
        OpenInvitation(
            invitation=one,
            link=request.build_absolute_uri(reverse("invitation", args=[invitation_token(one)])),
        )
        for one in project.invitations.filter(pk__in=Invitation.objects.open())
    ]


def _frame(project: Project) -> dict[str, Any]:
    return {"project": project, "rail": rail_of(project), "owner": Role.OWNER.value}
