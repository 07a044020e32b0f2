"""Tokens for programs: made, shown once, looked up, revoked.

A key has 256 random bits, so a plain SHA-256 of it is enough: there is nothing to guess from.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from curation.errors import BadInput, ProjectNotFound, ScopeMissing, TokenRefused
from curation.models import ApiToken, Project
from curation.services.access import Right, role_of
from curation.services.auditing import record

if TYPE_CHECKING:
    from django.contrib.auth.models import User

MARK = "concord_"  # how a key begins, so that who finds one knows what it is
SHOWN = len(MARK) + 6  # characters that are kept to tell a key by
LONGEST_NAME = 80
MOST_DAYS = 3_650
TOUCHED = timedelta(minutes=1)  # a use is written down no more often than this


class Scope(StrEnum):
    """What a token may do at most; its maker's role in a project may allow less."""

    READ = "read"
    ANNOTATE = "annotate"
    WRITE = "write"
    MANAGE = "manage"


MEANINGS = {
    Scope.READ: "read projects, examples, votes, versions, runs and jobs",
    Scope.ANNOTATE: "give answers as an annotator does",
    Scope.WRITE: "read, and add examples and votes, open rounds, freeze, start and stop work",
    Scope.MANAGE: "all that its maker may, projects’ settings included",
}
RIGHTS = {
    Scope.READ: {Right.SEE},
    Scope.ANNOTATE: {Right.ANNOTATE},
    Scope.WRITE: {Right.SEE, Right.WORK, Right.ANNOTATE},
    Scope.MANAGE: set(Right),
}


@dataclass(frozen=True, kw_only=True)
class NewToken:
    token: ApiToken
    key: str  # the only time it can be read


@transaction.atomic
def create_token(
    user: User,
    *,
    name: str,
    scopes: Iterable[str],
    project: Project | None = None,
    days: int | None = None,
) -> NewToken:
    """Make a token of `user`.

    Args:
        project: the only project it opens; None: every project of the user.
        days: until it expires; None: never.

    Raises:
        BadInput: no name, no scope, one that there is not, a time that is none, or a project in
            which the user has no role.
    """
    name = name.strip()
    if not 1 <= len(name) <= LONGEST_NAME or "\0" in name:
        raise BadInput(f"Say in 1 to {LONGEST_NAME} characters what the token is for.")
    if days is not None and not 1 <= days <= MOST_DAYS:
        raise BadInput(f"A token lives 1 to {MOST_DAYS} days, or without end.")
    if project is not None and role_of(user, project) is None:
        raise BadInput(f"{user.get_username()} has no role in project {project.slug!r}.")
    key, said = MARK + secrets.token_urlsafe(32), _checked(scopes)
    token = ApiToken.objects.create(
        user=user,
        project=project,
        name=name,
        prefix=key[:SHOWN],
        digest=_digest(key),
        scopes=said,
        expires_at=None if days is None else timezone.now() + timedelta(days=days),
    )
    record("token.made", project=project, thing=name, after={"scopes": said, "days": days})
    return NewToken(token=token, key=key)


def _checked(scopes: Iterable[str]) -> list[str]:
    """The scopes in their own order."""
    asked = set(scopes)
    if unknown := sorted(asked - set(Scope)):
        raise BadInput(f"There is no scope {unknown[0]!r}; scopes are {', '.join(Scope)}.")
    if not asked:
        raise BadInput(f"Say what the token may do: {', '.join(Scope)}.")
    return [str(scope) for scope in Scope if scope in asked]


def find_token(key: str) -> ApiToken:
    """The token of that key, and write down that it was used.

    Raises:
        TokenRefused: nobody has it, it is over, or its maker's account is closed.
    """
    tokens = ApiToken.objects.select_related("user", "project")
    token = tokens.filter(digest=_digest(key)).first()
    if token is None:
        raise TokenRefused("Nobody has this token; copy it whole, or make a new one.")
    now = timezone.now()
    if token.revoked_at is not None:
        raise TokenRefused(f"The token {token.name!r} was revoked; make a new one.")
    if token.expires_at is not None and token.expires_at <= now:
        raise TokenRefused(f"The token {token.name!r} has expired; make a new one.")
    if not token.user.is_active:
        raise TokenRefused(f"The account that made the token {token.name!r} is closed.")
    _touch(token, now)
    return token


def is_known(key: str) -> bool:
    """Whether a token has this key; nothing is written down."""
    return ApiToken.objects.filter(digest=_digest(key), revoked_at=None).exists()


def _touch(token: ApiToken, now: datetime) -> None:
    long_ago = Q(last_used_at=None) | Q(last_used_at__lt=now - TOUCHED)
    if token.last_used_at is None or token.last_used_at < now - TOUCHED:
        ApiToken.objects.filter(long_ago, pk=token.pk).update(last_used_at=now)


def check_token(token: ApiToken, right: Right, *, slug: str | None = None) -> None:
    """Whether the token may use `right`, and in that project; its maker's role is asked besides.

    Raises:
        ProjectNotFound: it is for another project.
        ScopeMissing: none of its scopes holds the right.
    """
    if slug is not None and token.project is not None and token.project.slug != slug:
        raise ProjectNotFound(slug)
    if not any(right in RIGHTS[Scope(scope)] for scope in token.scopes):
        needed = next(scope for scope in Scope if right in RIGHTS[scope])
        raise ScopeMissing(needs=needed, has=" and ".join(token.scopes))


def tokens_of(user: User) -> QuerySet[ApiToken]:
    """Those that can still be used or have expired, newest first; revoked ones are over."""
    return ApiToken.objects.filter(user=user, revoked_at=None).select_related("project")


@transaction.atomic
def revoke_token(user: User, token_id: int) -> ApiToken:
    """End a token of `user` at once and for good; a second time changes nothing.

    Raises:
        BadInput: the user has no such token.
    """
    token = ApiToken.objects.filter(user=user, pk=token_id).select_related("project").first()
    if token is None:
        raise BadInput(f"{user.get_username()} has no token {token_id}.")
    going = ApiToken.objects.filter(pk=token.pk, revoked_at=None)
    if going.update(revoked_at=timezone.now()):
        record("token.revoked", project=token.project, thing=token.name)
    token.refresh_from_db(fields=["revoked_at"])
    return token


@transaction.atomic
def revoke_all_tokens(user: User) -> None:
    """End every token of `user` at once and for good."""
    for token in tokens_of(user):
        revoke_token(user, token.pk)


def as_json(token: ApiToken) -> dict[str, Any]:
    """All that may be told of it; never the key."""
    return {
        "id": token.pk,
        "name": token.name,
        "prefix": token.prefix,
        "user": token.user.get_username(),
        "project": None if token.project is None else token.project.slug,
        "scopes": token.scopes,
        "created_at": token.created_at,
        "expires_at": token.expires_at,
        "last_used_at": token.last_used_at,
        "revoked_at": token.revoked_at,
    }


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
