"""A run at work without an engine: its desk, its books, its source."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from curation.models import Project
from generation.errors import ProviderProblem
from generation.models import GenerationRun
from generation.prompting.base import GenerationOptions
from generation.providers.base import Completion
from generation.scheduling.budget import Budget
from generation.screening.screen import Screen
from generation.services.asking import Asked, brief_for
from generation.services.books import Book
from generation.services.desk import Desk
from generation.services.materials import Stock
from generation.services.opening import open_books
from generation.services.source import Asking, RunSource
from tests.generation.recordings import text_at
from tests.generation.wishes import PRICE

OPTIONS = GenerationOptions(words=(3, 9), n_texts=5, turns=1)


def make_run(project: Project, *, target: int = 20) -> GenerationRun:
    return GenerationRun.objects.create(
        project=project, number=1, provider="openai", model="tiny", method="zero_shot",
        prompt_version="v", params={"identity": ""}, seed=0, target=target, fingerprint="f",
    )  # fmt: skip


def desk_of(run: GenerationRun, *, cap: int | None = None, **options: Any) -> Desk:
    asked = Asked(
        provider="openai", method="zero_shot", model="tiny", options=replace(OPTIONS, **options)
    )
    return Desk(
        run=run,
        asked=asked,
        brief=brief_for(run.project, asked.options),
        screen=Screen(words=asked.options.words),
        label_keys=dict(run.project.labels.values_list("name", "pk")),
        price=PRICE,
        budget=Budget(cap=cap, spent=run.spent),
    )


@contextmanager
def at_work(desk: Desk, *, reuse: bool = False) -> Iterator[RunSource]:
    """The source of a run that has been taken up."""
    with desk.run.executing():
        yield RunSource(desk, open_books(desk, Stock(), patience=5, top_up=4.0), reuse=reuse)


def book_of(desk: Desk, *, quota: int) -> Book:
    """The first label's book, by itself."""
    label = desk.run.project.labels.earliest("position")
    return Book(desk=desk, label=label, stock=Stock(), quota=quota, patience=3, most_calls=99)


def answer(errand: Asking, *, n_texts: int = 5, tokens: int | None = 10) -> Asking:
    """The call is answered, with texts of its own."""
    written = [text_at("text", errand.request.seed, place) for place in range(n_texts)]
    errand.answer = Completion(
        text="\n".join(f"{place}. {text}" for place, text in enumerate(written, start=1)),
        model="tiny",
        prompt_tokens=tokens,
        completion_tokens=tokens,
        finish_reason="stop",
    )
    return errand


def fail(errand: Asking, problem: ProviderProblem) -> Asking:
    errand.problem = problem
    return errand
