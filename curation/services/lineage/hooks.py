"""What generation and training know of lineage, asked of them by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from curation.datasets.lineage import Value
from curation.models import DatasetVersion, Example, Project


@dataclass(frozen=True, kw_only=True)
class GeneratedBy:
    """One generation run, as far as lineage goes."""

    number: int
    title: str  # for people
    details: dict[str, Value]  # what it was asked for: method, prompt version, seed
    progress: dict[str, Value]  # so far: texts accepted, tokens, cost
    model: str  # who wrote: "openai gpt-4.1-mini"
    started: datetime | None
    address: str


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One line of an account: a term, what it is, and where more of it stands."""

    term: str
    text: str
    address: str = ""


@dataclass(frozen=True, kw_only=True)
class Origin:
    """How one example was written."""

    facts: list[Fact]
    prompt: str  # as it was sent in the example's turn; "" where it is not known
    screening: list[Fact] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class TrainedRun:
    """One training run that used a version, or a random subset of its size."""

    key: str  # as in predictions: "training:12"
    version: int  # number
    source: str  # "version:3" or "random:3"
    seed: int
    status: str
    train_rows: int
    macro_f1: float | None  # on the fixed test set
    accuracy: float | None
    classifier: str
    finished: datetime | None


def origin_of(example: Example) -> Origin | None:
    """How an example was written; None where generation does not know."""
    found: Origin | None = _ask("CONCORD_ORIGINS", "example", None, example)
    return found


def generated_by(project: Project, numbers: Sequence[int]) -> list[GeneratedBy]:
    """Generation runs of these numbers, in their order; unknown ones are left out."""
    found: list[GeneratedBy] = _ask("CONCORD_ORIGINS", "runs", [], project, numbers)
    return found


def trained_on(versions: Sequence[DatasetVersion]) -> list[TrainedRun]:
    """Training runs that used these versions of one project, or subsets of their size."""
    found: list[TrainedRun] = _ask("CONCORD_RUNS", "", [], versions)
    return found


def _ask(setting: str, part: str, otherwise: Any, *asked: Any) -> Any:
    """What the function named in a setting says; `otherwise` where none is named."""
    named = getattr(settings, setting, "")
    path = named.get(part, "") if isinstance(named, dict) else named
    if not path:
        return otherwise
    function: Callable[..., Any] = import_string(path)
    return function(*asked)
