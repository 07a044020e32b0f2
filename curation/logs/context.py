"""Which request, user, project, job and run a line of the log belongs to."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

Field = str | int | Callable[[], object] | None
# a function is asked when a line is written: what it tells may not be known before

_FIELDS: ContextVar[Mapping[str, Field]] = ContextVar("log_fields")
_REQUEST_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@contextmanager
def logged(**fields: Field) -> Iterator[None]:
    """Lines that this thread logs while the block runs carry these fields as well.

    >>> with logged(request="r1"):
    ...     with logged(project="jokes", run=None):
    ...         fields()
    {'request': 'r1', 'project': 'jokes'}
    """
    token = _FIELDS.set({**_FIELDS.get({}), **fields})
    try:
        yield
    finally:
        _FIELDS.reset(token)


def also_logged(**fields: Field) -> None:
    """Add fields until the block of `logged` that this is called in ends."""
    _FIELDS.set({**_FIELDS.get({}), **fields})


def fields() -> dict[str, str]:
    """What is known at this moment, in the order in which it became known."""
    known = ((name, value() if callable(value) else value) for name, value in _carried())
    return {name: str(value) for name, value in known if value not in (None, "")}


def request_id(given: str | None) -> str:
    """The id that came with a request, if it looks like one; else a new one.

    >>> request_id("abc-123")
    'abc-123'
    >>> len(request_id("two\\nlines"))
    32
    """
    return given if given and _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex


def _carried() -> list[tuple[str, Field]]:
    return list(_FIELDS.get({}).items())
