"""Lines of the log: whole, in context, and without what nobody may read."""

from __future__ import annotations

import json
import logging
from types import SimpleNamespace
from typing import Any

import pytest

from curation.logs.context import also_logged, fields, logged, request_id
from curation.logs.formats import JsonLines, Plain


def record(message: str, *args: object, error: BaseException | None = None) -> logging.LogRecord:
    raised: Any = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("concord.test", logging.WARNING, __file__, 1, message, args, raised)


def raised(message: str) -> ValueError:
    try:
        raise ValueError(message)
    except ValueError as error:
        return error


def test_a_json_line_carries_the_context_and_a_plain_line_too() -> None:
    with logged(request="r1", project="jokes"):
        as_json = json.loads(JsonLines().format(record("%s rows", 3)))
        plain = Plain().format(record("%s rows", 3))

    assert {
        "level": "WARNING",
        "logger": "concord.test",
        "message": "3 rows",
    }.items() <= as_json.items()
    assert (as_json["request"], as_json["project"]) == ("r1", "jokes")
    assert plain.endswith("WARNING concord.test: 3 rows [request=r1 project=jokes]")


def test_what_somebody_sent_does_not_look_like_a_line_of_its_own() -> None:
    sent = "jokes\n2026-11-27T00:00:00+00:00 WARNING concord.audit: forged\x1b[2J\u2028"

    line = Plain().format(record("no project %s", sent))

    assert "\n" not in line
    assert "\x1b" not in line
    assert "\u2028" not in line
    assert "forged" in line


def test_fields_added_inside_a_block_end_with_it() -> None:
    with logged(request="r1", user=lambda: None):
        also_logged(project="jokes")
        inside = fields()

    assert inside == {"request": "r1", "project": "jokes"}
    assert fields() == {}


@pytest.mark.parametrize("layout", [JsonLines, Plain])
def test_secrets_never_reach_the_log(
    layout: type[logging.Formatter], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONCORD_LLM_KEY", "hush-hush-key")
    monkeypatch.setenv("DATABASE_URL", "postgres://ann:pass-word@host/db")
    line = layout(secrets=["signing-key"]).format(  # type: ignore[call-arg]
        record(
            "hush-hush-key signing-key Bearer abcdefghijkl sk-1234567890abc "
            "postgres://bob:other@host token=abcdef",
            error=raised("could not log in with hush-hush-key"),
        )
    )

    for secret in ("hush-hush", "signing-key", "abcdefghijkl", "sk-1234", "other@", "abcdef"):
        assert secret not in line


@pytest.mark.parametrize("layout", [JsonLines, Plain])
def test_a_row_that_the_database_refused_is_not_shown(layout: type[logging.Formatter]) -> None:
    refused = 'null value in column "label"\nDETAIL:  Failing row contains (7, my secret text).'

    line = layout().format(record("%s", refused, error=raised(refused)))

    assert "secret text" not in line
    assert "null value in column" in line


def test_an_error_is_one_line_with_its_frames() -> None:
    line = json.loads(JsonLines().format(record("broke", error=raised("first\nsecond"))))

    assert line["error"] == "ValueError: first"
    assert "in raised" in line["frames"][-1]


def test_a_request_is_named_by_its_pattern_since_a_link_may_be_a_key() -> None:
    line = record("%s: %s", "Not Found", "/annotate/private-link/")
    line.request = SimpleNamespace(
        path="/annotate/private-link/",
        resolver_match=SimpleNamespace(route="annotate/<str:link>/"),
    )

    assert "Not Found: /annotate/<str:link>/" in Plain().format(line)


def test_an_id_that_is_none_is_replaced() -> None:
    assert request_id("a" * 65) != "a" * 65
    assert len(request_id(None)) == 32
