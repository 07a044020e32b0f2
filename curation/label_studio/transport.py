"""HTTP to one Label Studio server, with its failures turned into our sentences.

A read is repeated a few times when the connection breaks or the server fails. A write is never
repeated here: the server commits before it answers, so a lost answer says nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from curation.endpoints.policy import guard
from curation.endpoints.transports import checked_transport, goes_by_proxy
from curation.label_studio.errors import (
    AlreadyThere,
    BadToken,
    Gone,
    LabelStudioError,
    Refused,
    ServerFailed,
    Unreachable,
)

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")

PAUSES = (0.3, 1.0)  # seconds before the second and the third try of a read
CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 120.0  # an import of 10,000 tasks takes about two
ACCESS_SECONDS = 240.0  # the server gives access tokens for 300

REFUSALS: dict[int, type[BadToken | Refused]] = {
    401: BadToken,
    404: Gone,
    409: AlreadyThere,
}


def patiently(read: Callable[[], T]) -> T:
    """What `read` returns, asked up to three times. For reads only."""
    for pause in PAUSES:
        try:
            return read()
        except (Unreachable, ServerFailed):
            time.sleep(pause)
    return read()


def complaint(body: object) -> str:
    """What a server's error answer says, in one line without the texts it echoes.

    >>> complaint({"detail": "Invalid token."})
    'Invalid token.'
    >>> complaint({"validation_errors": {"non_field_errors": ["item 1: no key :: {'text': …}"]}})
    'non_field_errors: item 1: no key'
    >>> complaint("<!DOCTYPE html><html>…")
    'a web page'
    """
    if isinstance(body, Mapping):
        body = body.get("validation_errors") or body.get("detail") or body
    if isinstance(body, Mapping):
        body = "; ".join(f"{field}: {_joined(reasons)}" for field, reasons in body.items())
    text = str(body).strip()
    if text.startswith("<"):
        return "a web page"
    # after " :: " Label Studio repeats the whole task
    return text.split(" :: ")[0][:300]


def _joined(reasons: object) -> str:
    if isinstance(reasons, list):
        return " ".join(str(reason) for reason in reasons if reason)
    return str(reasons)


def problem(status: int, body: object, *, url: str, doing: str) -> LabelStudioError:
    """The error that fits an HTTP status, as a sentence."""
    reason = f"{status}: {complaint(body)}"
    if status >= 500 or status < 400:
        return ServerFailed(url=url, doing=doing, reason=reason)
    return REFUSALS.get(status, Refused)(url=url, doing=doing, reason=reason)


class Transport:
    """HTTP to one server, as one user or as nobody; keeps cookies; may be shared by threads."""

    def __init__(
        self, url: str, *, sign: Callable[[httpx.Request], httpx.Request] | None = None
    ) -> None:
        import httpx

        self.url = url.rstrip("/")
        self.endpoints = guard()
        # Label Studio's own server writes head and body apart; on a connection kept open, the
        # body waits 40 ms for our acknowledgement of the head. A new one costs nothing here.
        kept_open = 0 if is_loopback(url) else 20
        limits = httpx.Limits(max_connections=100, max_keepalive_connections=kept_open)
        self.http = httpx.Client(
            auth=sign,
            limits=limits,
            transport=self._checked(httpx, limits=limits),
            timeout=httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS),
            # a proxy for the outside world must not stand before a server on this machine
            trust_env=not is_loopback(url),
        )

    def _checked(self, httpx: Any, **options: Any) -> Any:
        """A transport that asks only whom it may; None where that is anybody."""
        if self.endpoints is None:
            return None
        self.endpoints.check(self.url)
        parts = urlsplit(self.url)
        if goes_by_proxy(parts.hostname or "", parts.scheme):
            return None
        return checked_transport(httpx, self.endpoints, **options)

    def get(self, path: str, *, doing: str, **params: str | int) -> Any:
        """The JSON at `path`; repeated when the connection or the server fails."""
        return patiently(lambda: self.write("GET", path, doing=doing, params=params))

    def write(self, method: str, path: str, *, doing: str, **content: Any) -> Any:
        """Send once; the JSON of the answer."""
        return self.answer(self.send(method, path, doing=doing, **content), doing)

    def send(self, method: str, path: str, *, doing: str, **content: Any) -> httpx.Response:
        """Send once; whatever was answered."""
        with self.broken_connections(doing):
            return self.http.request(method, self.url + path, **content)

    def answer(self, response: httpx.Response, doing: str) -> Any:
        """The JSON of a good answer; raises the fitting error for any other."""
        if response.is_redirect:
            target = response.headers.get("location", "elsewhere")
            raise problem(response.status_code, f"redirects to {target}", url=self.url, doing=doing)
        try:
            body = response.json() if response.content else None
        except ValueError as error:
            raise problem(response.status_code, response.text, url=self.url, doing=doing) from error
        if response.is_error:
            raise problem(response.status_code, body, url=self.url, doing=doing)
        return body

    @contextmanager
    def broken_connections(self, doing: str) -> Iterator[None]:
        """Turn what httpx raises inside the block into `Unreachable`."""
        import httpx

        try:
            yield
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            reason = str(error) or type(error).__name__
            raise Unreachable(url=self.url, doing=doing, reason=reason) from error

    def close(self) -> None:
        self.http.close()


class TokenSigner:
    """Writes a token into each request, whichever of Label Studio's two kinds it is.

    A legacy token is sent as it is. A personal access token (three parts between dots) buys
    access tokens that live for five minutes.
    """

    def __init__(self, url: str, token: str) -> None:
        self._anonymous = Transport(url)
        self._token = token
        self._lock = Lock()
        self._access = ""
        self._fresh_until = 0.0  # on the monotonic clock

    def __call__(self, request: httpx.Request) -> httpx.Request:
        request.headers["Authorization"] = self._authorization()
        return request

    def _authorization(self) -> str:
        if self._token.count(".") != 2:
            return f"Token {self._token}"
        with self._lock:
            if time.monotonic() >= self._fresh_until:
                bought = self._anonymous.write(
                    "POST",
                    "/api/token/refresh/",
                    doing="log in with the personal access token",
                    json={"refresh": self._token},
                )
                self._access = str(bought["access"])
                self._fresh_until = time.monotonic() + ACCESS_SECONDS
        return f"Bearer {self._access}"

    def close(self) -> None:
        self._anonymous.close()


def is_loopback(url: str) -> bool:
    """Whether the address is this machine's own.

    >>> is_loopback("http://127.0.0.1:8390"), is_loopback("https://labels.example.org")
    (True, False)
    """
    host = urlsplit(url).hostname or ""
    return host in ("localhost", "::1") or host.startswith("127.")
