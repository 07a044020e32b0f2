"""Asks the client of the batch API, with little patience."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from generation.providers.base import Completion, CompletionRequest, ProviderSettings
from generation.providers.openai_batch import OpenAIBatch
from tests.generation.batched import QUICK
from tests.generation.providers.asking import request, user


def sheet(number: int, **more: Any) -> CompletionRequest:
    """Another request for each number."""
    messages = user(f"Write 2 different texts on sheet {number}.")
    return request(number=number, messages=tuple(messages), seed=number, **more)


def sheets(n: int) -> list[CompletionRequest]:
    return [sheet(number) for number in range(n)]


def provider_of(base_url: str, **extra: Any) -> OpenAIBatch:
    """A provider as each process has its own."""
    return OpenAIBatch(
        ProviderSettings(
            method="zero_shot",
            labels=("joke",),
            model="tiny",
            base_url=base_url,
            extra=QUICK | extra,
        )
    )


async def together(
    provider: OpenAIBatch, requests: Sequence[CompletionRequest]
) -> list[Completion | BaseException]:
    return await asyncio.gather(*map(provider.complete, requests), return_exceptions=True)


def ask(
    base_url: str, *rounds: Sequence[CompletionRequest], **extra: Any
) -> list[list[Completion | BaseException]]:
    """What one provider gives for requests made together, round after round."""

    async def ask_all() -> list[list[Completion | BaseException]]:
        provider = provider_of(base_url, **extra)
        try:
            return [await together(provider, requests) for requests in rounds]
        finally:
            await provider.close()

    return asyncio.run(ask_all())
