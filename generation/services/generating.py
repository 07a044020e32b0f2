"""The verb: have a language model write until enough of it is accepted."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from curation.models import Project
from curation.progress import Progress, silent
from generation.errors import NothingGenerated
from generation.models import GenerationRun
from generation.prompting.base import GenerationOptions
from generation.providers import PROVIDERS
from generation.providers.base import Provider, ProviderSettings
from generation.scheduling.engine import drive
from generation.screening.screen import Screen
from generation.services.asking import Asked, brief_for, check_counts, seed_pools
from generation.services.runs import run_for
from generation.services.storing import Desk
from generation.services.streams import LabelStream, open_streams

DEFAULTS = GenerationOptions()


def generate_examples(
    project: Project,
    *,
    provider: str,
    method: str,
    count: int,
    seed: int = 0,
    model: str = "",
    base_url: str = "",
    recordings: Path | None = None,
    options: GenerationOptions = DEFAULTS,
    parallel: int = 4,
    patience: int = 5,
    progress: Progress = silent,
) -> GenerationRun:
    """Have `count` examples written, as many for each label, and store them in the pool.

    The same wish again continues a run that was stopped, killed or failed, and returns one that
    is through as it is; with a larger `count` it goes on from there. Every answer is stored with
    its drafts and examples in one transaction, so none is asked for twice.

    A run that gets fewer than `count` because a recording is used up or patience is lost ends
    SUCCESSFUL with the reason in `run.error`; one that gets nothing at all ends FAILED.

    Args:
        project: whose labels and words the prompts are made from.
        provider: a key of `PROVIDERS`.
        method: a key of `METHODS`.
        count: ≥ 1, examples over all labels; the first labels take what cannot be divided.
        seed: of each call and of the examples that few-shot prompts show.
        model: name of the model, as the provider knows it.
        base_url: address of an OpenAI-compatible server.
        recordings: file or folder of recorded answers.
        options: what the prompts say, temperature, lengths.
        parallel: ≥ 1, calls at the same time, one per label at most; replays go one by one.
        patience: ≥ 1, calls of a label in a row that may give nothing before it is given up.
        progress: told how many examples there are after every answer.

    Raises:
        BadInput: something given is wrong; nothing is written.
        ProviderProblem: the provider refused or failed; what it had answered is kept.
        NothingGenerated: not one answer held an acceptable example.
    """
    check_counts(count=count, parallel=parallel, patience=patience)
    asked = Asked(
        provider=provider,
        method=method,
        seed=seed,
        model=model,
        base_url=base_url,
        recordings=recordings,
        options=options,
    )
    stop = threading.Event()
    with closing(_open_provider(project, asked, stop)) as source:
        pools = seed_pools(project, asked)
        brief = brief_for(project, options)
        run = run_for(project, asked, brief=brief, provider=source, count=count)
        if run.finished_well:
            return run
        with run.executing():
            desk = Desk(run=run, asked=asked, brief=brief, screen=Screen(words=options.words))
            streams = open_streams(desk, seed_pools=pools, patience=patience)
            _follow(streams, source, parallel=parallel, stop=stop, progress=progress)
            run.succeed(shortfall=_shortfall(streams))
    run.refresh_from_db()
    return run


def _open_provider(project: Project, asked: Asked, stop: threading.Event) -> Provider:
    return PROVIDERS[asked.provider](
        ProviderSettings(
            method=asked.method,
            labels=tuple(project.label_names()),
            model=asked.model,
            base_url=asked.base_url,
            recordings=asked.recordings,
            wait=stop.wait,
        )
    )


def _follow(
    streams: Sequence[LabelStream],
    provider: Provider,
    *,
    parallel: int,
    stop: threading.Event,
    progress: Progress,
) -> None:
    """Ask until every label has its share or cannot get it."""
    total = sum(stream.quota for stream in streams)
    progress(sum(stream.accepted for stream in streams), total)
    calls = drive(
        streams, provider.complete, parallel=1 if provider.replays else parallel, stop=stop
    )
    with closing(calls):  # a cancelled job leaves in the middle: answers under way are kept
        for place in calls:
            stream = streams[place]
            accepted = sum(stream.accepted for stream in streams)
            progress(accepted, total, f"{stream.label.name}, call {stream.n_calls}")


def _shortfall(streams: Sequence[LabelStream]) -> str:
    """Why fewer examples came than were asked for, as sentences; "" when none is missing."""
    short = [stream for stream in streams if stream.accepted < stream.quota]
    if not short:
        return ""
    accepted = sum(stream.accepted for stream in streams)
    quota = sum(stream.quota for stream in streams)
    reasons = " ".join(stream.shortfall for stream in short)
    if not accepted:
        raise NothingGenerated(f"None of {quota} examples could be had. {reasons}")
    return f"Only {accepted} of {quota} examples could be had. {reasons}"
