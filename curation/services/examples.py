"""Texts in: from files, from generation, from vote sets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from curation.bulk import chunked, insert_rows
from curation.errors import BadInput
from curation.models import Example, Project

CHUNK = 5_000  # rows looked up and written together; keeps memory flat


@dataclass(frozen=True, kw_only=True)
class NewExample:
    """A text to store. `external_id` is ours and must be the same on every machine."""

    external_id: str
    text: str
    source: str  # Example.Source
    split: str  # Example.Split
    intended_label: str | None = None  # what the prompt asked for
    gold_label: str | None = None  # a trusted label
    provenance: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class AddedExamples:
    added: int
    unchanged: int  # were there already, exactly so


@transaction.atomic
def add_examples(project: Project, rows: Iterable[NewExample]) -> AddedExamples:
    """Store texts. A row that is there already, exactly so, is left alone.

    Raises:
        BadInput: an id is there already with another text, split or label, or a label is not
            in the project. Nothing is written.
    """
    Project.objects.select_for_update().get(pk=project.pk)  # one import at a time
    label_keys = dict(project.labels.values_list("name", "pk"))
    added = unchanged = 0
    for chunk in chunked(rows, CHUNK):
        fresh = _without_known(project, chunk, label_keys)
        _insert(project, fresh, label_keys)
        added += len(fresh)
        unchanged += len(chunk) - len(fresh)
    return AddedExamples(added=added, unchanged=unchanged)


def append_examples(
    project: Project, rows: Sequence[NewExample], *, label_keys: dict[str, int]
) -> list[int]:
    """Store texts that are certainly new, in the caller's transaction; their keys in order.

    For writers that hold the project's lock and make their own ids, of which a few hundred come
    at a time; nothing is looked up before the insert.

    Args:
        project: locked by the caller.
        rows: texts whose ids are in no stored example.
        label_keys: name → key of the project's labels.

    Raises:
        IntegrityError: an id is there already; the caller's transaction is spoilt.
    """
    _insert(project, rows, label_keys)
    ids = [row.external_id for row in rows]
    keys = dict(project.examples.filter(external_id__in=ids).values_list("external_id", "pk"))
    return [keys[external_id] for external_id in ids]


def _without_known(
    project: Project, chunk: Sequence[NewExample], label_keys: dict[str, int]
) -> list[NewExample]:
    """The rows of `chunk` that are not stored yet; the others must equal what is stored."""
    stored = {
        row[0]: row[1:]
        for row in project.examples.filter(
            external_id__in=[row.external_id for row in chunk]
        ).values_list(
            "external_id",
            "text",
            "source",
            "split",
            "intended_label",
            "gold_label",
            "provenance__check",
        )
    }
    fresh: dict[str, NewExample] = {}
    for row in chunk:
        content = _content(row, label_keys)
        seen = fresh.get(row.external_id)
        before = stored.get(row.external_id) or (seen and _content(seen, label_keys))
        if before is None:
            fresh[row.external_id] = row
        elif before != content:
            raise BadInput(
                f"Example {row.external_id!r} is in the project already with another text, source, "
                "split, label or kind of check; stored examples never change, so give the new one "
                "another id."
            )
    return list(fresh.values())


def _content(
    row: NewExample, label_keys: dict[str, int]
) -> tuple[str, str, str, int | None, int | None, str | None]:
    """What makes two rows of one id the same, as the database holds it."""
    return (
        row.text,
        str(row.source),
        str(row.split),
        _label_key(row.intended_label, label_keys),
        _label_key(row.gold_label, label_keys),
        row.provenance.get("check"),
    )


def _insert(project: Project, rows: Sequence[NewExample], label_keys: dict[str, int]) -> None:
    now = timezone.now()
    insert_rows(
        Example,
        [
            "project",
            "external_id",
            "text",
            "source",
            "split",
            "intended_label",
            "gold_label",
            "provenance",
            "created_at",
        ],
        (
            (
                project.pk,
                row.external_id,
                row.text,
                row.source,
                row.split,
                _label_key(row.intended_label, label_keys),
                _label_key(row.gold_label, label_keys),
                row.provenance,
                now,
            )
            for row in rows
        ),
    )


def _label_key(name: str | None, label_keys: dict[str, int]) -> int | None:
    if name is None:
        return None
    try:
        return label_keys[name]
    except KeyError:
        known = ", ".join(label_keys)
        raise BadInput(f"Label {name!r} is not one of the project's labels ({known}).") from None
