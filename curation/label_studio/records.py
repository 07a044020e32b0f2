"""What crosses the border to an annotation front. Times are ISO 8601 as the front gave them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class LabelChoice:
    """One answer an annotator can give."""

    code: str  # what comes back
    title: str  # what the annotator reads
    description: str = ""  # shown when the mouse rests on it


@dataclass(frozen=True, kw_only=True)
class TaskToPush:
    """One text to show. Annotators can read every field, so none may hint at a label."""

    external_id: str
    text: str
    fields: Mapping[str, str] = field(default_factory=dict)  # further ones the interface names


@dataclass(frozen=True, kw_only=True)
class RemoteAnnotation:
    """One annotator's answer to one task, or their refusal to answer."""

    remote_id: int
    annotator: str  # e-mail in lower case, or "user-7" where the front knows no e-mail
    label_codes: tuple[str, ...]  # one is the rule; none or several must be kept aside
    skipped: bool
    seconds: float | None
    created_at: str
    updated_at: str
    unique_id: str | None  # Label Studio takes it, but does not tell it when asked


@dataclass(frozen=True, kw_only=True)
class RemoteTask:
    """One task with all the annotations it has now: replace, never add."""

    remote_id: int
    external_id: str | None  # None: somebody made the task without us
    updated_at: str
    annotations: tuple[RemoteAnnotation, ...]


@dataclass(frozen=True, kw_only=True)
class RemoteOverlap:
    """How many people one task goes to, as the front has it."""

    overlap: int  # answers it is shown for
    answers: int  # labels given to it; skips do not count
    is_done: bool  # nobody else is shown it


@dataclass(frozen=True, kw_only=True)
class ServerInfo:
    """Which server answered, and whom it takes us for."""

    version: str
    user: str
