"""Who asks: a person with the site's session, or a program with somebody's token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import Model, OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest
from ninja.errors import HttpError
from ninja.security import HttpBearer, SessionAuth

from curation.errors import BadInput, CurationError
from curation.importers.lines import is_storable
from curation.models import ApiToken, Membership, Project
from curation.services import access
from curation.services.access import Right
from curation.services.tokens import check_token, find_token

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Study = TypeVar("Study", bound=Model)  # of either kind: its `projects` are several


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Whoever asks, and with what."""

    user: User
    token: ApiToken | None = None  # None: the site's session

    @property
    def only(self) -> int | None:
        """Key of the only project that the token opens."""
        return self.token.project_id if self.token else None

    def check(self, right: Right, *, slug: str | None = None) -> None:
        """Raises `ScopeMissing` or `ProjectNotFound` where the token does not hold this."""
        if self.token is not None:
            check_token(self.token, right, slug=slug)


def refuse_unstorable(request: HttpRequest) -> None:
    """Raises `BadInput` where the address holds what no database takes as a text."""
    given = [request.path, *request.GET, *request.GET.dict().values()]
    if not all(is_storable(str(text)) for text in given):
        raise BadInput("The address holds a NUL character or half of a character pair.")


class Token(HttpBearer):
    """`Authorization: Bearer concord_…`; made under account/tokens/."""

    def __call__(self, request: HttpRequest) -> Any:
        refuse_unstorable(request)
        return super().__call__(request)

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        known = request.__dict__.get("caller")
        if isinstance(known, Caller) and known.token is not None:
            return known  # looked up a moment ago
        found = find_token(token.strip())
        request.user = found.user
        caller = Caller(user=found.user, token=found)
        request.__dict__["caller"] = caller
        return caller


class Session(SessionAuth):
    """The site's own session; what writes needs the CSRF token."""

    def __call__(self, request: HttpRequest) -> Any:
        if not request.user.is_authenticated:
            return None
        return super().__call__(request)

    def authenticate(self, request: HttpRequest, key: str | None) -> Caller:
        return Caller(user=request.user)  # type: ignore[arg-type]


WAYS_IN: list[Token | Session] = [Token(), Session()]


def caller_of(request: HttpRequest) -> Caller:
    """Who asks; the interface has let them in."""
    caller = request.auth  # type: ignore[attr-defined]
    assert isinstance(caller, Caller)
    return caller


def who_asks(request: HttpRequest) -> Caller | None:
    """Who asks, before the interface has looked; None where it will refuse."""
    try:
        for way in WAYS_IN:
            caller = way(request)
            if isinstance(caller, Caller):
                return caller
    except (CurationError, HttpError):
        return None
    return None


def project_at(request: HttpRequest, slug: str, right: Right) -> Project:
    """The project of that slug, if whoever asks may do this there.

    Raises:
        ProjectNotFound: there is none, or none that they may know of.
        NotAllowed: their role does not suffice.
        ScopeMissing: their token does not hold it.
    """
    caller = caller_of(request)
    caller.check(right, slug=slug)
    return access.project_for(caller.user, slug, right)


def study_at(request: HttpRequest, studies: QuerySet[Study], slug: str, right: Right) -> Study:
    """The study of that slug, if whoever asks may do this in every project that it reads.

    Raises:
        Http404: there is none, or none that they may know of.
        NotAllowed, ScopeMissing: as `project_at`.
    """
    caller_of(request).check(right)
    found = studies.filter(slug=slug).first()
    if found is None:
        raise Http404(f"There is no study {slug!r}.")
    check_study(request, found, right)
    return found


def check_study(request: HttpRequest, study: Any, right: Right) -> None:
    """Raises as `study_at` does."""
    caller, projects = caller_of(request), study.projects.all()
    elsewhere = projects.exclude(pk=caller.only).exists() if caller.only else False
    if elsewhere or not access.rights_over(caller.user, projects):
        raise Http404(f"There is no study {study.slug!r}.")
    access.check_over(caller.user, projects, right)


def studies_seen(request: HttpRequest, studies: QuerySet[Study]) -> QuerySet[Study]:
    """Those in all of whose projects whoever asks may read, and the token."""
    caller = caller_of(request)
    caller.check(Right.SEE)
    seen = access.within(studies, caller.user, Right.SEE)
    if not caller.only:
        return seen
    return seen.exclude(projects__in=Project.objects.exclude(pk=caller.only))


def projects_seen(request: HttpRequest) -> QuerySet[Project]:
    """Projects that whoever asks may see and the token opens."""
    caller = caller_of(request)
    caller.check(Right.SEE)
    projects = access.projects_of(caller.user, Right.SEE)
    held = Membership.objects.filter(user_id=caller.user.pk, project=OuterRef("pk"))
    projects = projects.annotate(role_here=Subquery(held.values("role")[:1]))
    return projects.filter(pk=caller.only) if caller.only else projects
