"""Label Studio's JSON ↔ our records.

What comes in may have been made by anybody, so nothing here raises: a shape we do not know
becomes a record that says little, for the caller to put aside where it can be seen.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from curation.label_studio.records import RemoteAnnotation, RemoteTask, TaskToPush

CONTROL = "label"  # the name of the choices in our labelling interface
OBJECT = "text"  # the name of the text in it
UNKNOWN_ID = -1
# a server that stores half a surrogate pair fails whenever it lists the project's tasks
UNSENDABLE = re.compile(r"[\x00\ud800-\udfff]")


def tasks_to_json(tasks: Sequence[TaskToPush], *, batch: str) -> list[dict[str, dict[str, str]]]:
    """The body of an import. Annotators can open all of it."""
    return [
        {
            "data": {
                **{name: sendable(text) for name, text in task.fields.items()},
                "text": sendable(task.text),
                "external_id": task.external_id,
                "push_batch": batch,
            }
        }
        for task in tasks
    ]


def sendable(text: str) -> str:
    r"""The text with a replacement character for what no database or no UTF-8 can hold.

    >>> sendable("a\x00b") == "a\N{REPLACEMENT CHARACTER}b"
    True
    """
    return UNSENDABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def answer_to_json(label_code: str, *, unique_id: str, seconds: float) -> dict[str, Any]:
    """The body of one annotation with one chosen label."""
    choice = {
        "from_name": CONTROL,
        "to_name": OBJECT,
        "type": "choices",
        "value": {"choices": [label_code]},
    }
    return {
        "result": [choice],
        "unique_id": unique_id,
        "lead_time": seconds,
        "was_cancelled": False,
        "ground_truth": False,
    }


def skip_to_json(*, unique_id: str) -> dict[str, Any]:
    """The body of one refusal to answer."""
    return {"result": [], "unique_id": unique_id, "was_cancelled": True, "ground_truth": False}


def task_from_json(raw: Mapping[str, Any], *, emails: Mapping[int, str]) -> RemoteTask:
    """One task of a task list.

    Args:
        raw: one entry of `tasks`, asked for with all fields.
        emails: user id → e-mail.
    """
    return RemoteTask(
        remote_id=_integer(raw.get("id"), UNKNOWN_ID),
        external_id=external_id(raw),
        updated_at=moment(raw.get("updated_at")),
        annotations=tuple(
            annotation_from_json(annotation, emails=emails) for annotation in _annotations(raw)
        ),
    )


def external_id(raw: Mapping[str, Any]) -> str | None:
    """Our own id of a task; None for a task somebody made without us."""
    content = raw.get("data")
    found = content.get("external_id") if isinstance(content, Mapping) else None
    return None if found is None else str(found)


def annotation_from_json(raw: Mapping[str, Any], *, emails: Mapping[int, str]) -> RemoteAnnotation:
    """One annotation; several labels or none are left as they are."""
    seconds = raw.get("lead_time")
    unique_id = raw.get("unique_id")
    return RemoteAnnotation(
        remote_id=_integer(raw.get("id"), UNKNOWN_ID),
        annotator=annotator_of(raw, emails=emails),
        label_codes=label_codes(raw.get("result")),
        skipped=bool(raw.get("was_cancelled")),
        seconds=float(seconds) if isinstance(seconds, int | float) else None,
        created_at=moment(raw.get("created_at")),
        updated_at=moment(raw.get("updated_at")),
        unique_id=None if unique_id is None else str(unique_id),
    )


def annotator_of(raw: Mapping[str, Any], *, emails: Mapping[int, str]) -> str:
    """Who answered: an e-mail, or "user-7" where no e-mail is known."""
    person = raw.get("completed_by")
    if isinstance(person, Mapping):
        if is_address(person.get("email")):
            return str(person["email"]).lower()
        person = person.get("id")
    if isinstance(person, int) and person in emails:
        return emails[person]
    return f"user-{'unknown' if person is None else person}"


def is_address(email: object) -> bool:
    """Whether this can be a person's; all who were taken off a server have the e-mail "Deleted"."""
    return isinstance(email, str) and "@" in email


def annotator_ids(raw: Mapping[str, Any]) -> set[int]:
    """The ids of the users whose e-mail a task does not tell."""
    people = [annotation.get("completed_by") for annotation in _annotations(raw)]
    return {person for person in people if isinstance(person, int)}


def label_codes(result: object) -> tuple[str, ...]:
    """The chosen labels, in order; of an answer made with another control, none.

    >>> label_codes([{"type": "choices", "value": {"choices": ["joke", "news"]}}])
    ('joke', 'news')
    >>> label_codes([{"type": "textarea", "value": {"text": ["joke"]}}])
    ()
    """
    parts = [part for part in _list(result) if isinstance(part, Mapping)]
    values = [part.get("value") for part in parts if part.get("type") == "choices"]
    chosen = [value.get("choices") for value in values if isinstance(value, Mapping)]
    return tuple(_text(code) for codes in chosen for code in _list(codes))


def moment(value: object, *, earlier: timedelta = timedelta(0)) -> str:
    """A time in the one form Label Studio's filters take, so that text order is time order.

    >>> moment("2026-11-21T02:45:27+01:00")
    '2026-11-21T01:45:27.000000Z'
    """
    text = _text(value)
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        return text
    aware = parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    return (aware.astimezone(UTC) - earlier).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _annotations(raw: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [entry for entry in _list(raw.get("annotations")) if isinstance(entry, Mapping)]


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _integer(value: object, otherwise: int) -> int:
    return value if isinstance(value, int) else otherwise


def _text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
