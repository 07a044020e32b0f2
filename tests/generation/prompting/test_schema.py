from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from generation.prompting.schema import examples_schema, labels_schema, topics_schema

# what strict structured output refuses
REFUSED = {"minItems", "maxItems", "minLength", "maxLength", "default", "oneOf", "allOf"}


def objects(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        yield schema
        for inner in schema.values():
            yield from objects(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from objects(inner)


@pytest.mark.parametrize("schema", [examples_schema(), labels_schema(["a", "b"]), topics_schema()])
def test_a_schema_is_fit_for_strict_structured_output(schema: dict[str, Any]) -> None:
    assert schema["type"] == "object"
    assert schema["additionalProperties"] is False
    assert schema["required"] == list(schema["properties"])
    assert not any(REFUSED & set(part) for part in objects(schema))
