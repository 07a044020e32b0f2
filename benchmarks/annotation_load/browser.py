"""As much of a browser as the load needs: one connection kept, cookies, the form token."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

PATIENCE = 20.0  # seconds for one request, as the page's script has
TOKEN = "concord_csrf"


class NoAnswer(Exception):
    """The connection broke before there was a whole reply; what was sent may have arrived."""


@dataclass(frozen=True, kw_only=True)
class Reply:
    status: int
    text: str


class Browser:
    """Redirects are not followed; cookies are kept whatever their path, since there is one home."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self._cookies: dict[str, str] = {}

    def send(
        self,
        method: str,
        path: str,
        *,
        body: dict[str, Any] | None = None,
        form: dict[str, str] | None = None,
    ) -> Reply:
        """One request, with a JSON body or a form.

        Raises:
            NoAnswer: nobody listens, or the connection broke.
        """
        kind = "application/json" if form is None else "application/x-www-form-urlencoded"
        content = json.dumps(body) if form is None else urlencode(form)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if method == "POST":
            headers |= {"Content-Type": kind, "X-CSRFToken": self._cookies.get(TOKEN, "")}
        try:
            self._connection.request(method, path, content if method == "POST" else None, headers)
            response = self._connection.getresponse()
            text = response.read().decode()
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            raise NoAnswer(type(error).__name__) from error
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                cookie, _, content = value.partition(";")[0].partition("=")
                self._cookies[cookie] = content
        return Reply(status=response.status, text=text)
