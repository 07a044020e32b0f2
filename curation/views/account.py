"""One's own account: how one is called, which times one reads, how one signs in."""

from __future__ import annotations

from typing import Any

from allauth.account.views import login as allauth_login
from allauth.account.views import password_reset as allauth_password_reset
from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from curation.forms.account import AccountForm
from curation.services.reading import change_reader, zone_of
from curation.views.confirming import confirm_who_asks

ATTEMPTS_SECONDS = 300  # as ACCOUNT_RATE_LIMITS has it for one name


def sign_in(request: HttpRequest) -> HttpResponseBase:
    """allauth's page; attempts that are not even tried are told when to come back."""
    answer = allauth_login(request)
    form = (getattr(answer, "context_data", None) or {}).get("form")
    if form is not None and form.has_error(NON_FIELD_ERRORS, "too_many_login_attempts"):
        answer.status_code = 429
        answer.headers["Retry-After"] = str(ATTEMPTS_SECONDS)
    return answer


@login_required
@require_http_methods(["GET", "POST"])
def account_page(request: HttpRequest) -> HttpResponse:
    user = request.user
    assert isinstance(user, AbstractUser)
    form = AccountForm(request.POST or None, user=user, initial=_initial(user))
    if form.is_valid():
        if form.cleaned_data["email"] != user.email:
            confirm_who_asks(request)  # a new password is sent there
        change_reader(user, **form.cleaned_data)
        request.session["zone"] = form.cleaned_data["time_zone"]
        messages.success(request, "Your account is as you wrote it.")
        return redirect("account")
    return render(request, "account/page.html", {"form": form} | _signing_in(request, user))


@require_http_methods(["GET", "POST"])
def password_reset(request: HttpRequest) -> HttpResponseBase:
    """A link to a new password by mail, where this installation sends mail."""
    if settings.EMAIL_BACKEND.endswith("dummy.EmailBackend"):
        return render(request, "account/password_reset_closed.html", status=404)
    return allauth_password_reset(request)


def _initial(user: AbstractUser) -> dict[str, Any]:
    return {"name": user.get_full_name(), "email": user.email, "time_zone": zone_of(user)}


def _signing_in(request: HttpRequest, user: AbstractUser) -> dict[str, Any]:
    return {
        "second_factor": is_mfa_enabled(user),
        "has_password": user.has_usable_password(),
        "providers": [one.name for one in get_adapter().list_providers(request)],
    }
