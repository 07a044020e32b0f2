"""Lists a page at a time, by key: what is added meanwhile shifts nothing."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Field, Schema

from curation.errors import BadInput

T = TypeVar("T")
Row = TypeVar("Row", bound=Model)

USUAL, MOST = 100, 500
LARGEST = 2**63 - 1  # that a database holds


class Page(Schema, Generic[T]):
    """One page of a list, and where the next one is."""

    results: list[T]
    next: str | None = Field(
        description="address of the next page, also in the Link header; null on the last"
    )


class PageAsked(Schema):
    """Which page of a list is wanted."""

    limit: int = Field(USUAL, ge=1, le=MOST, description="rows of a page, at most")
    cursor: str = Field(
        "", max_length=100, description="where to go on, as `next` says; left out: from the start"
    )


def page_of(
    request: HttpRequest,
    response: HttpResponse,
    rows: QuerySet[Row, Any],
    asked: PageAsked,
    *,
    tell: Callable[[Any], Any],
    key: str = "pk",
    newest_first: bool = False,
) -> dict[str, Any]:
    """The page of `rows` that is asked for.

    Args:
        tell: a row as it is answered.
        key: a whole number, unique among the rows and growing, that they are sorted by.

    Raises:
        BadInput: the cursor is none.
    """
    after = _read(asked.cursor, key)
    if after is not None:
        rows = rows.filter(**{f"{key}__{'lt' if newest_first else 'gt'}": after})
    found = list(rows.order_by(f"-{key}" if newest_first else key)[: asked.limit + 1])
    address = None
    if len(found) > asked.limit:
        last = getattr(found[asked.limit - 1], key)
        address = next_page(request, response, cursor=f"{key}:{last}")
    return {"results": [tell(row) for row in found[: asked.limit]], "next": address}


def next_page(request: HttpRequest, response: HttpResponse, *, cursor: str) -> str:
    """The address that goes on after `cursor`, which it also writes into the Link header."""
    query = {**request.GET.dict(), "cursor": written(cursor)}
    address = request.build_absolute_uri(f"{request.path}?{urlencode(query)}")
    response["Link"] = f'<{address}>; rel="next"'
    return address


def written(cursor: str) -> str:
    return base64.urlsafe_b64encode(cursor.encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> str:
    """What `written` was given; "" for none.

    Raises:
        BadInput: it was not written by us.
    """
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        return base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        raise _no_cursor(cursor) from None


def read_number(cursor: str) -> int | None:
    """The number that `next_page` was given; None for no cursor.

    Raises:
        BadInput: it was not written by us.
    """
    if not cursor:
        return None
    value = read_cursor(cursor)
    if not value.isdecimal() or int(value) > LARGEST:
        raise _no_cursor(cursor)
    return int(value)


def _read(cursor: str, key: str) -> int | None:
    if not cursor:
        return None
    name, _, value = read_cursor(cursor).rpartition(":")
    if name != key or not value.isdecimal() or int(value) > LARGEST:
        raise _no_cursor(cursor)
    return int(value)


def _no_cursor(cursor: str) -> BadInput:
    return BadInput(f"The cursor {cursor!r} is not of this list; take it from `next`.")
