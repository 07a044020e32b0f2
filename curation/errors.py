"""Errors a user can act on. Anything else is a bug and should crash.

CurationError
├── BadInput                 a file, an option or a form value is not what it must be
│   └── BadRows              some rows of a file are; carries them all
├── ProjectNotFound          no project has that slug, or none that this person may know of
├── NotAllowed               this person's role in the project does not suffice
├── InvitationRefused        an invitation does not let this person in, or not now
├── NothingToCurate          no example passes the policy
├── NothingToDo              the step before this one has not been done yet
├── AnnotationRefused        an annotator may not do this, or not now
├── FrontProblem             the annotation front refused or could not be reached
├── JobCancelled             somebody asked for the job to stop
│   └── JobHandedBack        its worker stops; the next one goes on with it
├── VersionNotFound          the project has no dataset version with that number
├── RowNotFound              a dataset version has no row of that id
├── ExampleNotFound          the project has no example of that id
├── TokenRefused             a token is unknown, expired or revoked
├── ScopeMissing             a token may not do this, whoever made it
├── KeyReused                an idempotency key came with another request before
└── KeyInFlight              the first request with that idempotency key is not through yet
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class CurationError(Exception):
    """A sentence for the user; commands exit 1 with it, pages show it."""


class BadInput(CurationError):
    """What was given is wrong; nothing was changed."""


@dataclass(frozen=True, kw_only=True)
class BadRow:
    """One row that cannot be taken: where it stands and why."""

    line: int  # counted from 1, the header included
    reason: str  # a short code: "empty_text", "unknown_label", ...
    detail: str
    place: str = "line"  # what `line` counts; "task" in a file that is one JSON list

    def __str__(self) -> str:
        return f"{self.place} {self.line}: {self.detail}"


class BadRows(BadInput):
    """Some rows of a file are wrong; nothing of the file was imported."""

    SHOWN = 5
    WAY_OUT = "Mend the file, or pass --skip-bad to leave those rows out."

    def __init__(self, *, source: str, rows: Sequence[BadRow], way_out: str = WAY_OUT) -> None:
        self.rows = tuple(rows)
        shown = "; ".join(str(row) for row in self.rows[: self.SHOWN])
        more = len(self.rows) - self.SHOWN
        tail = f"; and {more} more" if more > 0 else ""
        plural = "row" if len(self.rows) == 1 else "rows"
        super().__init__(
            f"{source} has {len(self.rows)} bad {plural}, so nothing was imported ({shown}{tail}). "
            f"{way_out}"
        )


class ProjectNotFound(CurationError):
    def __init__(self, slug: str) -> None:
        super().__init__(
            f"There is no project {slug!r}; "
            f"create it with: manage.py create_project {slug} --labels a,b"
        )


class NotAllowed(CurationError):
    """This person's role in the project does not suffice; nothing was changed."""


class InvitationRefused(CurationError):
    """An invitation does not let this person in, or not now; nothing was changed.

    `status` is the HTTP status that fits: 403 changed, 409 no use to them, 410 over.
    """

    def __init__(self, sentence: str, *, status: int) -> None:
        self.status = status
        super().__init__(sentence)


class NothingToCurate(CurationError):
    """No example satisfies the policy; nothing was written."""


class NothingToDo(CurationError):
    """The step before this one has not been done yet."""


class AnnotationRefused(CurationError):
    """An annotator may not do this, or not now; nothing was changed.

    `status` is the HTTP status that fits: 400 bad answer, 403 not theirs, 404 unknown, 409 not
    now, 410 over, 429 too fast.
    """

    def __init__(self, sentence: str, *, status: int) -> None:
        self.status = status
        super().__init__(sentence)


class FrontProblem(CurationError):
    """The annotation front refused or could not be reached; asking again is safe."""


class JobCancelled(CurationError):
    def __init__(self) -> None:
        super().__init__("The job was cancelled; what it had finished is kept.")


class JobHandedBack(JobCancelled):
    """The worker was asked to stop; the job goes back in line and continues elsewhere."""


class VersionNotFound(CurationError):
    def __init__(self, *, slug: str, number: int) -> None:
        super().__init__(
            f"Project {slug!r} has no dataset version {number}; "
            f"freeze one with: manage.py curate {slug} --keep-share 0.7"
        )


class RowNotFound(CurationError):
    def __init__(self, *, version: int, external_id: str) -> None:
        super().__init__(f"Version {version} has no row {external_id!r}.")


class ExampleNotFound(CurationError):
    def __init__(self, *, project: str, external_id: str) -> None:
        super().__init__(f"Project {project!r} has no example {external_id!r}.")


class TokenRefused(CurationError):
    """The key is unknown, expired or revoked."""


class ScopeMissing(CurationError):
    def __init__(self, *, needs: str, has: str) -> None:
        super().__init__(
            f"This token may {has}, but this takes a token that may {needs}; "
            "make one under account/tokens/ or with: manage.py token create."
        )


class KeyReused(CurationError):
    def __init__(self, key: str) -> None:
        super().__init__(
            f"The Idempotency-Key {key!r} came with another request before; "
            "use a new key for a new request."
        )


class KeyInFlight(CurationError):
    def __init__(self, key: str) -> None:
        super().__init__(
            f"The first request with the Idempotency-Key {key!r} is not through yet; "
            "send the same again in a moment."
        )
