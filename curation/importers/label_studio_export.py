"""Votes from a Label Studio export of type JSON."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from curation.errors import BadInput, BadRow
from curation.importers.lines import is_storable, text_lines
from curation.importers.vote_row import RawVote, VoteRow, vote_row
from curation.label_studio.payload import annotator_of, label_codes

MOST_MIB = 512  # of an export; its objects take about five times that in memory
PLACE = "task"


def read_export(path: Path, *, labels: Collection[str]) -> Iterator[VoteRow | BadRow]:
    """Answers of `GET /api/projects/P/export?exportType=JSON`, tasks in the file's order.

    A task is named by `data.external_id`, else by `data.id`, else by a hash of its text. Of
    several answers of one annotator to one task the newest counts; the others are bad rows, and so
    are answers without a person, with several labels, or with none and no skip. Times are
    `created_at`, seconds are `lead_time`, annotators the e-mail, or "user-7" where the export has
    none.

    Args:
        path: a JSON list of tasks, at most `MOST_MIB`.

    Raises:
        BadInput: no such file, too large, not JSON, or not of that export type.
    """
    for number, task in enumerate(_tasks(path), start=1):
        yield from _answers(task, number, labels)


def _tasks(path: Path) -> list[Any]:
    mib = path.stat().st_size / 2**20
    if mib > MOST_MIB:
        raise BadInput(
            f"{str(path)!r} has {mib:.0f} MiB, but an export is read whole and may have "
            f"{MOST_MIB}; export fewer tasks at a time (ids[]=...), or write the votes as CSV."
        )
    try:
        tasks = json.loads("".join(line for _, line in text_lines(path)))
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{str(path)!r} is not JSON ({error}); export it again.") from None
    if tasks and not any(_is_task(task) for task in tasks):
        raise BadInput(
            f"{str(path)!r} is a JSON list, but not of tasks with data and annotations; export "
            "with Label Studio's type JSON (not JSON-MIN), or write one vote per line (.jsonl)."
        )
    return list(tasks)


def _is_task(task: Any) -> bool:
    return (
        isinstance(task, Mapping)
        and isinstance(task.get("data"), Mapping)
        and isinstance(task.get("annotations"), list)
    )


def _answers(task: Any, number: int, labels: Collection[str]) -> Iterator[VoteRow | BadRow]:
    if not _is_task(task):
        yield _bad(number, "not_a_task", "it has no data and annotations as a task has")
        return
    text, name = _text(task["data"]), _task_id(task["data"])
    if name is None:
        yield _bad(number, "no_text", "it has no text in data.text, and no external_id or id")
        return
    if text is not None and not is_storable(text):
        detail = f"the text of {name!r} holds a NUL character or half of a character pair"
        yield _bad(number, "bad_text", detail)
        return
    answered: set[str] = set()
    for answer in sorted(task["annotations"], key=_age, reverse=True):
        row = _answer(answer, name, text, number, labels)
        if isinstance(row, VoteRow) and row.worker in answered:
            detail = f"{row.worker!r} has answered {name!r} again since, and the newest counts"
            row = _bad(number, "repeated_vote", detail)
        elif isinstance(row, VoteRow):
            answered.add(row.worker)
        yield row


def _answer(
    answer: Any, name: str, text: str | None, number: int, labels: Collection[str]
) -> VoteRow | BadRow:
    if not isinstance(answer, Mapping):
        return _bad(number, "not_an_annotation", "one of its annotations is not a JSON object")
    person = annotator_of(answer, emails={})
    if person == "user-unknown":
        return _bad(number, "no_annotator", f"an answer to {name!r} does not say whose it is")
    skipped = bool(answer.get("was_cancelled"))
    raw = RawVote(
        task=name,
        worker=person,
        label=None if skipped else label_codes(answer.get("result")),
        skipped=skipped,
        seconds=answer.get("lead_time"),
        answered_at=answer.get("created_at"),
        text=text,
    )
    return vote_row(raw, line=number, labels=labels, place=PLACE)


def _age(answer: Any) -> tuple[str, int]:
    """Sorts answers by their last change; ids decide between equal times."""
    if not isinstance(answer, Mapping):
        return "", 0
    number = answer.get("id")
    changed = answer.get("updated_at") or answer.get("created_at") or ""
    return str(changed), number if isinstance(number, int) else 0


def _text(content: Mapping[str, Any]) -> str | None:
    text = content.get("text")
    return text if isinstance(text, str) and text.strip() else None


def _task_id(content: Mapping[str, Any]) -> str | None:
    """What a task is called here; None where it has neither an id nor a text.

    >>> _task_id({"text": "Great.", "id": 4})
    '4'
    >>> _task_id({"text": "Great."})
    'text-ad19b8cc2deb82c3'
    """
    for key in ("external_id", "id"):
        if content.get(key) not in (None, ""):
            return str(content[key])
    text = _text(content)
    if text is None:
        return None
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return f"text-{digest[:16]}"


def _bad(number: int, reason: str, detail: str) -> BadRow:
    return BadRow(line=number, reason=reason, detail=detail, place=PLACE)
