"""Settings of sign-in, sessions and what guards them; see docs/security.md."""

from __future__ import annotations

import os
import sys
from typing import Any

from curation.deployment.door import (
    BadEnvironment,
    hours,
    openid_providers,
    origin_of,
    signup_of,
    trusted_networks,
    whole_number,
)

YEAR = 365 * 24 * 3600  # seconds

try:
    CONCORD_SIGNUP = signup_of(os.environ)
    CONCORD_TRUSTED_PROXY = trusted_networks(os.environ)
    CONCORD_SESSION_IDLE = hours(os.environ, "CONCORD_SESSION_IDLE_HOURS", 12)
    SESSION_COOKIE_AGE = hours(os.environ, "CONCORD_SESSION_HOURS", 7 * 24)
    CONCORD_UPLOAD_MB = whole_number(os.environ, "CONCORD_UPLOAD_MB", 100, most=100_000)
    SECURE_HSTS_SECONDS = whole_number(os.environ, "CONCORD_HSTS_SECONDS", YEAR, most=10 * YEAR)
    EMAIL_PORT = whole_number(os.environ, "CONCORD_MAIL_PORT", 587, most=65_535)
    _providers = openid_providers(os.environ)
except BadEnvironment as error:
    sys.exit(str(error))

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ACCOUNT_ADAPTER = "curation.signin.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Concord: "
ACCOUNT_SESSION_REMEMBER = True  # for as long as the session lives
ACCOUNT_REAUTHENTICATION_REQUIRED = True  # before somebody changes how they sign in
ACCOUNT_RATE_LIMITS = {"login_failed": "20/m/ip,5/5m/key", "login": "60/m/ip"}

SOCIALACCOUNT_ADAPTER = "curation.signin.OpenIDAdapter"
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {
    "openid_connect": {"APPS": [provider.as_app() for provider in _providers]}
}
# an address that a provider has verified opens the account of that address
SOCIALACCOUNT_EMAIL_AUTHENTICATION = os.environ.get("CONCORD_OPENID_TRUST_EMAIL", "") == "1"
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = SOCIALACCOUNT_EMAIL_AUTHENTICATION
# a browser follows a form to these only where the policy names them
CONCORD_FORM_ORIGINS = sorted({origin_of(provider.server) for provider in _providers})

MFA_ADAPTER = "curation.signin.SecondFactorAdapter"
MFA_TOTP_ISSUER = "Concord"
MFA_TOTP_TOLERANCE = 1  # a clock may be half a minute off
MFA_ALLOW_UNVERIFIED_EMAIL = True  # most installations have no mail to verify with

CACHES = {
    "default": {"BACKEND": "curation.caches.Cache"},
    # where attempts are counted: a table, for all processes and hosts; a flood of names must not
    # push out what is counted against others
    "shared": {
        "BACKEND": "curation.caches.Table",
        "LOCATION": "concord_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
}

EMAIL_HOST = os.environ.get("CONCORD_MAIL_HOST", "")
EMAIL_HOST_USER = os.environ.get("CONCORD_MAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("CONCORD_MAIL_PASSWORD", "")
EMAIL_USE_SSL = EMAIL_PORT == 465
EMAIL_USE_TLS = EMAIL_PORT == 587
EMAIL_TIMEOUT = 20  # seconds
DEFAULT_FROM_EMAIL = os.environ.get("CONCORD_MAIL_FROM", "concord@localhost")
EMAIL_BACKEND = "django.core.mail.backends.{}.EmailBackend".format(
    "smtp" if EMAIL_HOST else "dummy"
)
ACCOUNT_EMAIL_NOTIFICATIONS = bool(EMAIL_HOST)

_secure = os.environ.get("CONCORD_PUBLIC_URL", "").startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _secure
SECURE_HSTS_SECONDS = SECURE_HSTS_SECONDS if _secure else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _secure
# without a proxy that says how a request came, sending it to https would go round in circles
SECURE_SSL_REDIRECT = _secure and bool(CONCORD_TRUSTED_PROXY)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if CONCORD_TRUSTED_PROXY else None
SECURE_REFERRER_POLICY = "same-origin"
