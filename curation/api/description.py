"""The OpenAPI description, where the library's falls short of what is answered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from curation.api.problems import CONTENT_TYPE, KINDS

LINK = {"description": 'the next page, rel="next"', "schema": {"type": "string"}}
RETRY = {"description": "seconds to wait", "schema": {"type": "integer"}}
LOCATION = {"description": "address of what was made or started", "schema": {"type": "string"}}


def mended(schema: dict[str, Any]) -> dict[str, Any]:
    """The description with problem+json, its kinds, headers and formats of parameters said."""
    for path, operation in _operations(schema):
        for status, response in operation["responses"].items():
            _mend_response(int(status), response)
        for parameter in operation.get("parameters", []):
            _mend_parameter(path, parameter)
    return schema


def _operations(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in schema["paths"].items():
        for operation in methods.values():
            yield path, operation


def _mend_response(status: int, response: dict[str, Any]) -> None:
    content = response.get("content", {})
    if status >= 400 and "application/json" in content:
        content[CONTENT_TYPE] = content.pop("application/json")
        names = [name for name, kind in KINDS.items() if kind.status == status]
        response["description"] = "; ".join(f"{name}: {KINDS[name].title}" for name in names)
    headers = response.setdefault("headers", {})
    if status in {429, 503}:
        headers["Retry-After"] = RETRY
    if status in {201, 202}:
        headers["Location"] = LOCATION
    shape = content.get("application/json", {}).get("schema", {}).get("$ref", "")
    if re.search(r"/Page_", shape):
        headers["Link"] = LINK
    if not headers:
        del response["headers"]


def _mend_parameter(path: str, parameter: dict[str, Any]) -> None:
    if parameter["in"] == "path" and parameter["name"] == "slug":
        parameter.setdefault("description", "of the study" if "/studies/" in path else "its name")
