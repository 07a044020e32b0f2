"""Coming into a project by an invitation: signed in, or with an account that is made on the way."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from curation.errors import InvitationRefused
from curation.forms.people import MEANINGS, JoinForm
from curation.models import Invitation, Role
from curation.services.access import RIGHTS, Right
from curation.services.invitations import accept, join_anew, read_invitation


@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "POST"])
def invitation_page(request: HttpRequest, token: str) -> HttpResponse:
    """What one is invited to; looking uses nothing up."""
    try:
        invitation = read_invitation(token)
        if request.method == "POST":
            return _come_in(request, invitation)
        return _page(request, invitation, JoinForm())
    except InvitationRefused as error:
        context = {"sentence": str(error)}
        return _kept_secret(render(request, "members/refused.html", context, status=error.status))


def _come_in(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    if request.user.is_authenticated:
        accept(invitation, request.user)
        return _inside(request, invitation)
    form = JoinForm(request.POST)
    if not form.is_valid():
        return _page(request, invitation, form)
    asked = form.cleaned_data
    user = join_anew(invitation, name=asked["username"], password=asked["password1"])
    get_adapter(request).login(request, user)
    return _inside(request, invitation)


def _inside(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    role, title = Role(invitation.role), invitation.project.title
    messages.success(request, f"You are {role.value} in “{title}” now.")
    if Right.SEE in RIGHTS[role]:
        return redirect(invitation.project)
    return redirect("annotate")


def _page(request: HttpRequest, invitation: Invitation, form: JoinForm) -> HttpResponse:
    context = {
        "invitation": invitation,
        "project": invitation.project,
        "means": MEANINGS[Role(invitation.role)],
        "form": form,
        "login": resolve_url(settings.LOGIN_URL),
    }
    status = 400 if form.errors else 200
    return _kept_secret(render(request, "members/invitation.html", context, status=status))


def _kept_secret(response: HttpResponse) -> HttpResponse:
    """The address lets somebody in: it goes into no cache, no log and to no other site."""
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "same-origin"  # with less, browsers hide where a form comes from
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response
