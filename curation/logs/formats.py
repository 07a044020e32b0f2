"""A line of the log for people, or as one JSON object."""

from __future__ import annotations

import json
import logging
import os
import traceback
from collections.abc import Iterable
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from curation.logs.context import fields
from curation.logs.secrets import cleaned, secrets_of


class Plain(logging.Formatter):
    """`time LEVEL logger: message [request=… project=…]`, then the traceback if there is one."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        self._secrets = secrets_of(os.environ, also=secrets)

    def format(self, record: logging.LogRecord) -> str:
        fields = {name: _in_one_line(value) for name, value in _fields_of(record).items()}
        carried = " ".join(f"{name}={value}" for name, value in fields.items())
        said = _in_one_line(cleaned(message_of(record), self._secrets))
        line = f"{_time(record)} {record.levelname} {record.name}: {said}"
        lines = [f"{line} [{carried}]" if carried else line]
        if record.exc_info and record.exc_info[0] is not None:
            lines += ["".join(_frames(record.exc_info)).rstrip(), _error(record.exc_info)]
        return cleaned("\n".join(lines), self._secrets)


class JsonLines(logging.Formatter):
    """One object a line: time, level, logger, message, fields, and error with its frames."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        self._secrets = secrets_of(os.environ, also=secrets)

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": _time(record),
            "level": record.levelname,
            "logger": record.name,
            "message": message_of(record),
            **_fields_of(record),
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = _error(record.exc_info)
            line["frames"] = _frames(record.exc_info)
        return json.dumps(self._cleaned(line), ensure_ascii=False)

    def _cleaned(self, line: dict[str, Any]) -> dict[str, Any]:
        """Each text by itself: in the finished line a pattern could cut through the JSON."""
        return {
            name: cleaned(value, self._secrets) if isinstance(value, str) else value
            for name, value in line.items()
        }


FORMATS: dict[str, type[logging.Formatter]] = {"plain": Plain, "json": JsonLines}


def message_of(record: logging.LogRecord) -> str:
    """The message; where it names a request's address, its pattern: a link may be a key."""
    request = getattr(record, "request", None)
    path = getattr(request, "path", None)
    if path and isinstance(record.args, tuple):
        match = getattr(request, "resolver_match", None)
        route = f"/{match.route}" if match else "an unknown address"
        record.args = tuple(route if arg == path else arg for arg in record.args)
    return record.getMessage()


def _in_one_line(text: str) -> str:
    """What somebody sent must not look like further lines of the log.

    >>> _in_one_line("a\\n2026-11-27 ERROR b")
    'a\\\\n2026-11-27 ERROR b'
    """
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)


def _fields_of(record: logging.LogRecord) -> dict[str, str]:
    """The context's fields, then those given as `extra={"fields": {...}}`."""
    given: dict[str, Any] = getattr(record, "fields", {})
    return {**fields(), **{name: str(value) for name, value in given.items()}}


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


_Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def _error(raised: _Raised) -> str:
    """The error in one line; more of it could hold somebody's text."""
    kind, error, _ = raised
    first = str(error).strip().split("\n", 1)[0][:300]
    return f"{kind.__name__}: {first}" if kind and first else kind.__name__ if kind else ""


def _frames(raised: _Raised) -> list[str]:
    """Where it happened, innermost last: places and code, no values."""
    return [line.rstrip() + "\n" for line in traceback.format_tb(raised[2])]
