"""HTTP clients that connect to addresses which were checked, and to no others.

The name is looked up once, its addresses are checked, and the connection goes to a number: a name
that answers differently the next time (DNS rebinding) gains nothing. Redirects pass here too.
"""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.request import getproxies, proxy_bypass

from curation.endpoints.policy import PORTS, Endpoints


def goes_by_proxy(host: str, scheme: str) -> bool:
    """Whether a proxy of the environment connects for us; then it decides who is reached."""
    return scheme in getproxies() and not proxy_bypass(host)


def checked_transport(library: Any, endpoints: Endpoints, **options: Any) -> Any:
    """A transport for a synchronous client of `library` (httpx, or one made like it)."""

    class Checked(library.HTTPTransport):
        def handle_request(self, request: Any) -> Any:
            try:
                found = endpoints.addresses(*_place(request))
            except OSError as error:
                raise library.ConnectError(str(error), request=request) from error
            for number, address in enumerate(found, start=1):
                try:
                    return super().handle_request(_to(library, request, address))
                except library.ConnectError:
                    if number == len(found):
                        raise
            raise library.ConnectError("the name has no address")

    return Checked(**options)


def checked_async_transport(library: Any, endpoints: Endpoints, **options: Any) -> Any:
    """The same for an asynchronous client."""

    class Checked(library.AsyncHTTPTransport):
        async def handle_async_request(self, request: Any) -> Any:
            loop = asyncio.get_running_loop()
            try:
                found = await loop.run_in_executor(None, endpoints.addresses, *_place(request))
            except OSError as error:
                raise library.ConnectError(str(error), request=request) from error
            for number, address in enumerate(found, start=1):
                try:
                    return await super().handle_async_request(_to(library, request, address))
                except library.ConnectError:
                    if number == len(found):
                        raise
            raise library.ConnectError("the name has no address")

    return Checked(**options)


def _place(request: Any) -> tuple[str, int]:
    return request.url.host, request.url.port or PORTS[request.url.scheme]


def _to(library: Any, request: Any, address: str) -> Any:
    """The same request to a number; certificates are still held against the name."""
    extensions = {**request.extensions, "sni_hostname": request.url.host}
    return library.Request(
        request.method,
        request.url.copy_with(host=address),
        headers=request.headers,
        stream=request.stream,
        extensions=extensions,
    )
