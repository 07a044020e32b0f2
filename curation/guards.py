"""What every request passes before its view: who it is from, whether it may come in at all."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from functools import lru_cache
from ipaddress import IPv6Address, IPv6Network, ip_address
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth import get_user, logout
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from curation.endpoints.policy import guarded_by
from curation.limits import rules
from curation.limits.counters import Counters
from curation.logs.context import fields
from curation.services.auditing import Actor, acting
from curation.services.reading import zone_of
from curation.services.tokens import is_known

GetResponse = Callable[[HttpRequest], HttpResponse]
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST")
ZONE_COOKIE = "concord_zone"  # written by page.js
UNTIMED = ("/next/", "/answer/", "/undo/")  # below annotate/: asked for all day, and without times
BY_NAME = {  # name of an address → its rule, counted by where a request comes from
    "annotate_join": rules.JOIN,
    "invitation": rules.JOIN,
    "annotate_next": rules.ROOM,
    "annotate_answer": rules.ROOM,
    "annotate_undo": rules.ROOM,
    "label_studio_hook": rules.HOOK,
}


class TrustedProxy:
    """Believes X-Forwarded headers of the proxies that are named, and of nobody else."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        meta = request.META
        if not _is_trusted(meta.get("REMOTE_ADDR", "")):
            for name in FORWARDED:
                meta.pop(name, None)
            return self._get_response(request)
        sent_by = [part.strip() for part in meta.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        # the nearest that is no proxy of ours: what stands further left anybody may have written
        clients = [address for address in sent_by if address and not _is_trusted(address)]
        if clients and _is_address(clients[-1]):
            meta["REMOTE_ADDR"] = clients[-1]
        return self._get_response(request)


class UploadLimit:
    """Refuses a body that is larger than anything people send here, before reading it."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdecimal() and int(length) <= settings.CONCORD_UPLOAD_MB * 1_000_000:
            return self._get_response(request)
        sentence = (
            f"This is larger than {settings.CONCORD_UPLOAD_MB} MB, so nothing of it was taken; "
            "send it in parts, or use a command such as manage.py import_examples."
        )
        return refusal(request, 413, sentence)


class PlainAddress:
    """Nothing has an address with a NUL in it, which no database takes."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info:
            return refusal(request, 404, "There is nothing at this address.")
        return self._get_response(request)


class SessionLimits:
    """Ends a session that rested too long, and one that is too old, however busy it was."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # looked at with the user, so that whoever never asks for them pays nothing
        request.user = SimpleLazyObject(lambda: self._user(request))  # type: ignore[assignment]
        return self._get_response(request)

    def _user(self, request: HttpRequest) -> AbstractBaseUser | AnonymousUser:
        request.user = user = get_user(request)
        if user.is_authenticated:
            self._look_at(request, int(time.time()))
        return request.user

    def _look_at(self, request: HttpRequest, now: int) -> None:
        session = request.session
        since, seen = session.get("since", now), session.get("seen", now)
        if now - since > settings.SESSION_COOKIE_AGE or now - seen > settings.CONCORD_SESSION_IDLE:
            logout(request)
            request.session["ended"] = True  # the sign-in page says so
            return
        if "since" not in session:  # signed in some other way than by the page
            session.update({"since": now, "zone": zone_of(request.user)})
        if request.headers.get("X-Asked-By") == "page" and "seen" in session:
            return  # a page that asks by itself is no sign of somebody who sits before it
        # not at every request: each is a write to the database
        if "seen" not in session or now - seen > min(60, settings.CONCORD_SESSION_IDLE / 10):
            session["seen"] = now


class Acting:
    """Tells the audit log who acts while a request is answered, and guards what it asks for."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        number = fields().get("request", "")

        def who() -> Actor:
            name = request.user.get_username() or "nobody who signed in"
            return Actor(name=name, request=number, address=address_of(request))

        with acting(who), guarded_by(settings.CONCORD_ENDPOINTS):
            return self._get_response(request)


class ReaderZone:
    """Times are told in the reader's zone: the one they chose, else their browser's."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = _chosen_zone(request)
        request.zone = chosen  # type: ignore[attr-defined]
        zone = known_zone(chosen or request.COOKIES.get(ZONE_COOKIE, ""))
        if zone is None:
            return self._get_response(request)
        with timezone.override(zone):
            return self._get_response(request)


class RateLimits:
    """Refuses whoever asks far more often than anybody works."""

    def __init__(self, get_response: GetResponse) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self._get_response(request)
        if answer.status_code == 401 and request.headers.get("Authorization"):
            # each made-up token would be somebody new: they count by where they come from
            _counters().hit(rules.STRANGER, _place_of(request), now=time.time())
        return answer

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse | None:
        match = request.resolver_match
        if match is None:
            return None
        if "api-v1" in match.namespaces:
            rule, asker = _api_asker(request)
        elif match.url_name in BY_NAME:
            rule, asker = BY_NAME[match.url_name], _place_of(request)
        else:
            return None
        verdict = _counters().hit(rule, asker, now=time.time())
        return None if verdict.allowed else too_many(request, rule.what, wait=verdict.wait)


def too_many(request: HttpRequest, what: str, *, wait: int) -> HttpResponse:
    """Says what was too much and when to come back."""
    sentence = f"Too many {what}; wait {wait} second{'' if wait == 1 else 's'} and try again."
    answer = refusal(request, 429, sentence)
    answer["Retry-After"] = str(wait)
    return answer


def too_many_attempts(request: HttpRequest) -> HttpResponse:
    """What somebody sees who signs in too often; allauth counts it."""
    return too_many(request, "attempts were made", wait=60)


def refusal(request: HttpRequest, status: int, sentence: str) -> HttpResponse:
    """One sentence, in the form that the address answers in."""
    if request.path.startswith("/api/"):
        from curation.api.problems import problem  # here: it brings the whole interface along

        return problem(status, sentence)
    if request.content_type == "application/json" or "json" in request.headers.get("Accept", ""):
        return JsonResponse({"sentence": sentence}, status=status)
    return render(request, "refused.html", {"sentence": sentence}, status=status)


def address_of(request: HttpRequest) -> str:
    """Where the request comes from; "" where nobody knows, as behind a socket file."""
    return str(request.META.get("REMOTE_ADDR", ""))


def _counters() -> Counters:
    return counters_in(Path(settings.CONCORD_HOME))


@lru_cache(maxsize=4)
def counters_in(home: Path) -> Counters:
    return Counters(home / "limits.sqlite3")


@lru_cache(maxsize=512)
def known_zone(name: str) -> ZoneInfo | None:
    """The zone of that name; None where there is no such zone."""
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):  # a folder, a path, no such zone
        return None


def _chosen_zone(request: HttpRequest) -> str:
    """What a signed-in person chose; their session has it since they signed in."""
    untimed = request.path_info.endswith(UNTIMED) and request.path_info.startswith("/annotate/")
    if untimed or settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return ""
    return str(request.session.get("zone", ""))


def _api_asker(request: HttpRequest) -> tuple[rules.Rule, str]:
    if token := request.headers.get("Authorization", ""):
        address = _place_of(request)
        guessing = _counters().over(rules.STRANGER, address, now=time.time())
        if guessing and not is_known(token.removeprefix("Bearer ").strip()):
            return rules.STRANGER, address
        return rules.API, hashlib.sha256(token.encode()).hexdigest()
    if request.user.is_authenticated:
        return rules.API, f"user {request.user.pk}"
    return rules.STRANGER, _place_of(request)


def _place_of(request: HttpRequest) -> str:
    """Whom requests count for: an address, of IPv6 its network, since each host has millions."""
    return place_of(address_of(request))


@lru_cache(maxsize=4_096)
def place_of(address: str) -> str:
    """
    >>> place_of("192.0.2.1"), place_of("::ffff:192.0.2.1"), place_of("2001:db8::7")
    ('192.0.2.1', '192.0.2.1', '2001:db8::/64')
    """
    plain = address.partition("%")[0]  # without the name of an interface
    if ":" not in plain or not _is_address(plain):
        return plain
    mapped = IPv6Address(plain).ipv4_mapped
    return str(mapped or IPv6Network((plain, 64), strict=False))


def _is_trusted(address: str) -> bool:
    if not address:  # a socket file: only this machine reaches it
        return bool(settings.CONCORD_TRUSTED_PROXY)
    if not _is_address(address):
        return False
    return any(ip_address(address) in network for network in settings.CONCORD_TRUSTED_PROXY)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
