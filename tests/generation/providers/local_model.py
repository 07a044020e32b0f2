"""Asks the model in this process, all at once and watched."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from generation.providers.base import Completion, CompletionRequest, ProviderSettings
from generation.providers.transformers_local import LanguageModel, TransformersLocal, load_model
from tests.generation.providers.asking import request, user

SECONDS = 10  # that anything waits at most
Load = Callable[[Path], LanguageModel]


class Watched:
    """A model that notes how many rows each of its steps has; it may lack memory, or wait."""

    def __init__(self, model: Any, *, room: int = 99) -> None:
        self.device, self.config = model.device, model.config
        self.generation_config = model.generation_config
        self.first: list[int] = []  # rows of each batch
        self.steps: list[int] = []  # rows of each step
        self.running, self.may_run = threading.Event(), threading.Event()
        self.may_run.set()
        self._model, self._room = model, room

    def __call__(self, *, input_ids: Any, past_key_values: Any, **given: Any) -> Any:
        import torch

        self.running.set()
        assert self.may_run.wait(SECONDS)
        if len(input_ids) > self._room:
            raise torch.OutOfMemoryError("too little")
        self.steps.append(len(input_ids))
        if past_key_values is None:
            self.first.append(len(input_ids))
        return self._model(input_ids=input_ids, past_key_values=past_key_values, **given)

    def forward(self, position_ids: Any, past_key_values: Any, logits_to_keep: int) -> None:
        """What it takes, for those who look."""


def watched(folder: Path, *, room: int = 99) -> tuple[Watched, Load]:
    loaded = load_model(folder)
    watch = Watched(loaded.model, room=room)
    return watch, lambda _: LanguageModel(watch, loaded.tokenizer)


def provider_of(folder: Path | str, *, load: Load = load_model, **extra: Any) -> TransformersLocal:
    settings = ProviderSettings(
        method="zero_shot", labels=("joke",), model=str(folder), extra=extra
    )
    return TransformersLocal(settings, load=load)


def outcomes(
    folder: Path, *requests: CompletionRequest, load: Load = load_model, **extra: Any
) -> list[Completion | BaseException]:
    """What becomes of requests that are made at the same time."""
    in_line = threading.Event()

    def patient(path: Path) -> LanguageModel:
        assert in_line.wait(SECONDS)
        return load(path)

    async def ask() -> list[Completion | BaseException]:
        provider = provider_of(folder, load=patient, **extra)
        asked = [asyncio.ensure_future(provider.complete(one)) for one in requests]
        await asyncio.sleep(0)
        in_line.set()
        came = await asyncio.gather(*asked, return_exceptions=True)
        await provider.close()
        return came

    return asyncio.run(ask())


def answers(folder: Path, *requests: CompletionRequest, **given: Any) -> list[Completion]:
    came = outcomes(folder, *requests, **given)
    for one in came:
        if isinstance(one, BaseException):
            raise one
    return [one for one in came if isinstance(one, Completion)]


def jokes(n: int, **given: Any) -> list[CompletionRequest]:
    """Requests with prompts of different length and seeds of their own."""
    requests = []
    for number in range(n):
        usual: dict[str, Any] = {
            "messages": user("A joke! " * (1 + 5 * number % 7)),
            "temperature": 1.0,
            "max_tokens": 16,
            "seed": number,
        }
        requests.append(request(number=number, **usual | given))
    return requests
