"""Somebody with a browser, or a program with a token."""

from __future__ import annotations

import http.client
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

PATIENCE = 60.0  # seconds
KEPT = 1.0  # seconds after which a resting connection is made anew: the server keeps it for two
TOKEN = "concord_csrf"


@dataclass(frozen=True, kw_only=True)
class Place:
    """One address, and what it is called in the results."""

    name: str
    path: str
    query: dict[str, str] = field(default_factory=dict)
    program: bool = False  # asked for with a token


class Reader:
    """One connection, kept while it is used; cookies, whatever their path."""

    def __init__(self, port: int, *, cookies: dict[str, str] | None = None, key: str = "") -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self._key, self._used = key, 0.0
        self.cookies = dict(cookies or {})

    def get(self, place: Place) -> tuple[int, str]:
        query = f"?{urlencode(place.query)}" if place.query else ""
        return self.send("GET", place.path + query)

    def send(self, method: str, path: str, body: str = "", kind: str = "") -> tuple[int, str]:
        """The status and the text of the answer; redirects are not followed.

        Raises:
            OSError, http.client.HTTPException: there was none.
        """
        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if method == "POST":
            headers |= {"Content-Type": kind, "X-CSRFToken": self.cookies.get(TOKEN, "")}
        if time.monotonic() - self._used > KEPT:
            self._connection.close()
        try:
            self._connection.request(method, path, body or None, headers)
            answer = self._connection.getresponse()
            text = answer.read().decode()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            raise
        self._used = time.monotonic()
        self._keep_cookies(answer)
        return answer.status, text

    def post(self, path: str, **form: str) -> tuple[int, str]:
        return self.send("POST", path, urlencode(form), "application/x-www-form-urlencoded")

    def _keep_cookies(self, answer: http.client.HTTPResponse) -> None:
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                cookie, _, content = value.partition(";")[0].partition("=")
                self.cookies[cookie] = content


def signed_in(port: int, name: str, password: str) -> Reader:
    """A reader who came by the sign-in page."""
    reader = Reader(port)
    reader.send("GET", "/login/")
    status, text = reader.post("/login/", login=name, password=password)
    if status != 302:
        raise SystemExit(f"{name} cannot sign in ({status}): {text[:300]}")
    return reader
