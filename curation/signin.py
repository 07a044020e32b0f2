"""What allauth asks us: who may come in, what is written down, how second factors are kept."""

from __future__ import annotations

import base64
import os
import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.auth import get_user_model
from django.http import HttpRequest

from curation.sealing.seal import CannotOpen
from curation.services.auditing import record
from curation.services.reading import zone_of
from curation.services.sealing import sealer
from curation.services.tokens import revoke_all_tokens

NO_MATCH = "The name or the password is not right. Capital letters count."
TOO_OFTEN = "Too many attempts; wait five minutes and try again."
LATELY = 300  # seconds, as allauth's ACCOUNT_REAUTHENTICATION_TIMEOUT


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in by password."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": NO_MATCH,
        "email_password_mismatch": NO_MATCH,
        "too_many_login_attempts": TOO_OFTEN,
        "rate_limited": TOO_OFTEN,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return bool(settings.CONCORD_SIGNUP == "open")

    def get_client_ip(self, request: HttpRequest) -> str:
        """Where the request comes from, as `guards.TrustedProxy` has found it."""
        return request.META.get("REMOTE_ADDR") or "127.0.0.1"

    def login(self, request: HttpRequest, user: Any) -> None:
        super().login(request, user)  # under a new session key
        now = int(time.time())
        request.session.update({"since": now, "seen": now, "zone": zone_of(user)})
        request.session.pop("ended", None)
        record("signin.done", who=user.get_username())

    def logout(self, request: HttpRequest) -> None:
        if request.user.is_authenticated:
            record("signin.ended")
        super().logout(request)

    def is_reauthentication_required(self, *, app: str, **_: Any) -> bool:
        """Asked before somebody changes how they sign in.

        Who has no password and no second factor here, as after signing in elsewhere, has nothing
        to confirm with; they must have signed in a moment ago.
        """
        request = context.request
        if self.get_reauthentication_methods(request.user):
            return True
        return not signed_in_lately(request, int(time.time()))

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        # what was typed is kept only where it is a name: it may be a password in the wrong field
        typed = credentials.get("username") or credentials.get("email") or ""
        known = get_user_model().objects.filter(username=typed).exists()
        record("signin.refused", thing=typed if known else "a name that nobody has")

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Any,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Called for every change of how somebody signs in, whether or not there is mail."""
        record(f"account.{template_prefix.rsplit('/', 1)[-1]}", who=user.get_username())
        super().send_notification_mail(template_prefix, user, context, email)


class OpenIDAdapter(DefaultSocialAccountAdapter):
    """Sign-in at a provider that the operator named."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return settings.CONCORD_SIGNUP in ("openid", "open")

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Who is found by an address that was never verified here gets the account for themselves.

        Somebody else may have written that address into their own account and waited. allauth takes
        the password and other sessions away; tokens and further ways in go here, and what would
        keep the rightful person out: a second factor that only the other one has.
        """
        by_address = sociallogin.is_existing and sociallogin.account.pk is None
        if not by_address:
            return
        user = sociallogin.user
        theirs = [given.email.lower() for given in sociallogin.email_addresses if given.verified]
        held = EmailAddress.objects.filter(user=user, email__in=theirs, verified=True)
        if not held.exists():
            SocialAccount.objects.filter(user=user).delete()
            Authenticator.objects.filter(user=user).delete()
            revoke_all_tokens(user)
            _take_other_addresses(user, theirs)

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Any = None,
        extra_context: Any = None,
    ) -> None:
        name = getattr(provider, "name", "") or str(provider)
        record("signin.refused", thing=f"by {name}: {error or 'no reason given'}")


class SecondFactorAdapter(DefaultMFAAdapter):
    """Second factors; their seeds are sealed in the database."""

    def encrypt(self, text: str) -> str:
        return sealer().seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """The seed; where no key opens it, one that nobody knows, so that no code fits."""
        try:
            return sealer().open(encrypted_text)
        except CannotOpen:
            return base64.b32encode(os.urandom(20)).decode()


def _take_other_addresses(user: Any, theirs: list[str]) -> None:
    """A password can be asked for by mail to any address of an account, so only these stay."""
    EmailAddress.objects.filter(user=user).exclude(email__in=theirs).delete()
    if user.email.lower() not in theirs:
        user.email = theirs[0]
        user.save(update_fields=["email"])


def signed_in_lately(request: HttpRequest, now: int) -> bool:
    """Whether the session began within `LATELY` seconds before `now`."""
    return now - int(request.session.get("since", 0)) < LATELY
