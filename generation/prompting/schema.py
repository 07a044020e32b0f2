"""JSON schemas of the answers, as strict structured output takes them.

Strict means: every property required, nothing besides them, no limits on lengths.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def examples_schema() -> dict[str, Any]:
    """A list of texts.

    >>> examples_schema()["required"]
    ['examples']
    """
    return _list_of("examples", {"type": "string"})


def labels_schema(codes: Sequence[str]) -> dict[str, Any]:
    """A list of label codes, null where no label fits.

    >>> labels_schema(["joke", "news"])["properties"]["labels"]["items"]["anyOf"][0]["enum"]
    ['joke', 'news']
    """
    # null beside the codes, since some servers refuse an empty string in an enum
    return _list_of(
        "labels", {"anyOf": [{"type": "string", "enum": list(codes)}, {"type": "null"}]}
    )


def topics_schema() -> dict[str, Any]:
    """A list of topics, or of values of any other attribute.

    >>> topics_schema()["required"]
    ['values']
    """
    return _list_of("values", {"type": "string"})


def _list_of(name: str, element: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {name: {"type": "array", "items": element}},
        "required": [name],
        "additionalProperties": False,
    }
