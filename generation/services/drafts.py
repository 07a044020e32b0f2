"""Drafts before they are rows. A model instance for each costs more than judging its text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from curation.bulk import insert_rows
from curation.models import Label
from generation.models import Call, Draft

FIELDS = ["call", "position", "text", "reason", "detail", "family", "example"]


@dataclass(slots=True, kw_only=True)
class NewDraft:
    """One text of an answer, judged; the fields are those of `Draft`."""

    call: Call
    position: int
    text: str
    reason: str
    detail: str = ""
    family: str = ""
    example_id: int | None = None
    assigned_label: Label | None = None  # never yet: the labelling pass comes later


def insert_drafts(drafts: Sequence[NewDraft]) -> None:
    """Write them down, in the caller's transaction."""
    insert_rows(
        Draft,
        FIELDS,
        (
            (
                draft.call.pk,
                draft.position,
                draft.text,
                draft.reason,
                draft.detail,
                draft.family,
                draft.example_id,
            )
            for draft in drafts
        ),
    )
