"""Asking once more who it is, before what would let somebody in later on."""

from __future__ import annotations

import time

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from allauth.core.exceptions import ReauthenticationRequired
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from curation.signin import signed_in_lately

SIGN_IN_AGAIN = "Log out and in again first: this takes that you signed in within five minutes."


def confirm_who_asks(request: HttpRequest) -> None:
    """Let pass who signed in or gave their password within five minutes.

    A session that was left open or stolen must not make itself a lasting way in.

    Raises:
        ReauthenticationRequired: the password or a code is asked for, then the request goes on.
        PermissionDenied: there is nothing to ask for here, as after signing in elsewhere.
    """
    if signed_in_lately(request, int(time.time())) or did_recently_reauthenticate(request):
        return
    if get_adapter(request).get_reauthentication_methods(request.user):
        raise ReauthenticationRequired
    raise PermissionDenied(SIGN_IN_AGAIN)
