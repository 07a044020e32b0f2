"""The verb: have a language model write until enough of it is accepted."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from typing import Any

from curation.errors import BadInput
from curation.models import Project, Secret
from curation.progress import Progress, silent
from curation.services.secrets import secret_for
from generation.errors import NothingGenerated
from generation.models import GenerationRun
from generation.providers import ADDRESSED, PROVIDERS
from generation.providers.address import checked_url
from generation.providers.base import (
    Completion,
    CompletionRequest,
    Provider,
    ProviderSettings,
)
from generation.scheduling.budget import Budget, written_amount
from generation.scheduling.engine import Engine
from generation.scheduling.gate import Gate, Limits
from generation.scheduling.transport import Transport
from generation.services.asking import Asked, Terms, brief_for, check_counts
from generation.services.books import Book
from generation.services.desk import Desk, LastCheck
from generation.services.materials import stock_for
from generation.services.opening import open_books
from generation.services.pricing import price_for
from generation.services.runs import Wish, alike_before, run_for
from generation.services.screens import screen_for
from generation.services.source import RunSource

REPLAY = Limits(parallel=1)
BATCHED = 2_000  # calls that wait together, where a provider gathers them and nobody says
DEFAULT_TERMS = Terms()


def generate_examples(
    project: Project,
    asked: Asked,
    *,
    count: int,
    terms: Terms = DEFAULT_TERMS,
    gate: LastCheck | None = None,
    wish: Mapping[str, Any] | None = None,
    progress: Progress = silent,
) -> GenerationRun:
    """Have `count` examples written, as many for each label, and store them in the pool.

    The same wish again continues a run that was stopped, paused, killed or failed, and returns one
    that is through as it is; with a larger `count` it goes on from there. Every call is written
    down before it is sent, and its answer is stored with its drafts and examples in one
    transaction, so none is asked for twice.

    A run that gets fewer than `count` because a recording is used up, patience is lost or the most
    calls are made ends SUCCESSFUL with the reason in `run.error`; one stopped by its cap ends
    PAUSED; one that gets nothing at all ends FAILED.

    Args:
        project: whose labels and words the prompts are made from.
        asked: what is wished for.
        count: ≥ 1, examples over all labels; the first labels take what cannot be divided.
        terms: how fast, for how long and for how much money.
        gate: a last check of the texts that passed the screening.
        wish: the wish as JSON holds it, kept so that a page can resume the run.
        progress: told how many examples there are, at least once a second.

    Raises:
        BadInput: something given is wrong; nothing is written.
        ProviderProblem: the provider refused or failed; what it had answered is kept.
        NothingGenerated: not one answer held an acceptable example.
    """
    check_counts(count=count)
    provider = open_provider(project, asked)
    stock = stock_for(project, asked)
    brief = brief_for(project, asked.options)
    price = price_for(
        asked, base_url=provider.base_url, model=provider.model, given=terms.price, cap=terms.cap
    )
    found = Wish(
        asked=asked, brief=brief, stock=stock, provider=provider, price=price, said=wish or {}
    )
    run = run_for(project, found, count=count, cap=terms.cap)
    if run.finished_well:
        return run
    with run.executing(), Transport(provider.complete, provider.close) as transport:
        desk = _desk(run, found, cap=terms.cap, gate=gate)
        books = open_books(desk, stock, patience=terms.patience, top_up=terms.top_up)
        source = RunSource(desk, books, reuse=terms.reuse and not provider.replays)
        admission = Gate(_limits(provider, terms.limits))
        engine = Engine(source, transport, admission, patient=not provider.resumes)
        _follow(engine, desk, books, progress=progress)
        _conclude(run, desk, books)
    run.refresh_from_db()
    return run


def _limits(provider: Provider, wanted: Limits) -> Limits:
    if provider.replays:
        return REPLAY
    if provider.resumes:  # answers come together, hours later: everything is asked at once
        parallel = BATCHED if wanted.parallel is None else wanted.parallel
        return replace(wanted, parallel=parallel, start=parallel)
    return wanted


def _desk(run: GenerationRun, wish: Wish, *, cap: int | None, gate: LastCheck | None) -> Desk:
    return Desk(
        run=run,
        asked=wish.asked,
        brief=wish.brief,
        screen=screen_for(run.project, wish.asked),
        label_keys=dict(run.project.labels.values_list("name", "pk")),
        price=wish.price,
        budget=Budget(cap=cap, spent=run.spent),
        gate=gate,
        repeated=alike_before(run),
        replays=wish.provider.replays,
        resumes=wish.provider.resumes,
        schemas=not wish.provider.replays,
        reasons=Counter(run.reasons),
    )


def open_provider(project: Project, asked: Asked, *, key: str = "") -> Provider:
    """The provider of a wish.

    Args:
        key: in place of the one that is kept for the server.

    Raises:
        BadInput: it cannot be made, or cannot do what is asked.
    """
    provider = PROVIDERS[asked.provider](
        ProviderSettings(
            method=asked.method,
            labels=tuple(project.label_names()),
            model=asked.model,
            base_url=asked.base_url,
            key=key or _kept_key(project, asked),
            recordings=asked.recordings,
            seed=asked.seed,
        )
    )
    if provider.replays and asked.options.label_last:
        raise BadInput(
            f"The provider {asked.provider!r} cannot label texts afterwards; leave the separate "
            "labelling pass out, or use a language model."
        )
    return provider


def _kept_key(project: Project, asked: Asked) -> str:
    """The key that the project or the installation keeps for the server; "" for none."""
    if asked.provider not in ADDRESSED:
        return ""
    url = checked_url(asked.base_url or os.environ.get("OPENAI_BASE_URL", ""))
    return secret_for(Secret.Kind.LLM, url, project=project)


def _follow(
    engine: Engine[CompletionRequest, Completion],
    desk: Desk,
    books: Sequence[Book],
    *,
    progress: Progress,
) -> None:
    """Ask until every label has its share or cannot get it."""
    total = sum(book.quota for book in books)
    before = sum(book.accepted for book in books)
    started = time.monotonic()
    progress(before, total)
    with closing(engine.run()) as steps:  # a cancelled job leaves in the middle
        for _ in steps:
            accepted = sum(book.accepted for book in books)
            rate = (accepted - before) / max(time.monotonic() - started, 0.001)
            progress(accepted, total, _note(desk, books, rate=rate))
            if desk.asked_to_pause():  # what waits for another attempt is not waited for
                break


def _note(desk: Desk, books: Sequence[Book], *, rate: float) -> str:
    """How it is going, in a line."""
    under_way = sum(book.writing for book in books)
    parts = [f"{sum(book.n_calls for book in books)} calls", f"{rate:.1f} texts/s"]
    if under_way:
        parts.append(f"{under_way} under way")
    if desk.price is not None and not desk.price.free:
        parts.append(written_amount(desk.budget.spent, currency=desk.price.currency))
    if rejected := desk.reasons.total():
        parts.append(f"{rejected} rejected")
    return " · ".join(parts)


def _conclude(run: GenerationRun, desk: Desk, books: Sequence[Book]) -> None:
    """Write down how it ended, when nothing broke."""
    short = [book for book in books if book.accepted < book.quota]
    if short and desk.pausing:
        run.rest("It is paused; what it had is kept, and the same wish goes on.")
    elif short and desk.budget.refused:
        run.rest(_capped(desk, books))
    else:
        run.succeed(shortfall=_shortfall(books))


def _capped(desk: Desk, books: Sequence[Book]) -> str:
    assert desk.price is not None
    currency = desk.price.currency
    return (
        f"The cap of {written_amount(desk.budget.cap or 0, currency=currency)} is reached at "
        f"{written_amount(desk.budget.spent, currency=currency)}: another call could exceed it. "
        f"{sum(book.accepted for book in books)} of {sum(book.quota for book in books)} examples "
        "are there; the same wish with a higher cap goes on."
    )


def _shortfall(books: Sequence[Book]) -> str:
    """Why fewer examples came than were asked for, as sentences; "" when none is missing."""
    short = [book for book in books if book.accepted < book.quota]
    if not short:
        return ""
    accepted = sum(book.accepted for book in books)
    quota = sum(book.quota for book in books)
    reasons = " ".join(book.shortfall for book in short)
    if not accepted:
        raise NothingGenerated(f"None of {quota} examples could be had. {reasons}")
    return f"Only {accepted} of {quota} examples could be had. {reasons}"
