"""What anybody writes first: `asyncio.gather` over 50 calls, and the client's own retries.

python -m benchmarks.peers.gather_run --base-url URL --calls N [--texts-per-call N]
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

import openai

from benchmarks.peers.asking import KEY, MAX_TOKENS, MODEL, options, outcome, prompt

TOGETHER = 50


async def answer(client: openai.AsyncOpenAI, text: str) -> str | None:
    """One answer; None when the client has given up or the answer holds nothing."""
    try:
        response = await client.chat.completions.create(
            model=MODEL, messages=[{"role": "user", "content": text}], max_tokens=MAX_TOKENS
        )
    except (openai.OpenAIError, ValueError):  # ValueError: a body that is not JSON
        return None
    return response.choices[0].message.content


async def answers(base_url: str, prompts: list[str], **settings: Any) -> list[str | None]:
    found: list[str | None] = []
    async with openai.AsyncOpenAI(base_url=base_url, api_key=KEY, **settings) as client:
        for start in range(0, len(prompts), TOGETHER):
            together = prompts[start : start + TOGETHER]
            found += await asyncio.gather(*(answer(client, text) for text in together))
    return found


def main() -> None:
    asked = options("asyncio.gather")
    texts = asked.texts_per_call
    prompts = [prompt(number, texts_per_call=texts) for number in range(asked.calls)]
    settings = {"timeout": asked.timeout} if asked.timeout else {}
    began = time.perf_counter()
    found = asyncio.run(answers(asked.base_url, prompts, **settings))
    outcome(
        "asyncio.gather",
        found,
        version=f"openai {openai.__version__}",
        texts_per_call=texts,
        seconds=time.perf_counter() - began,
        settings={"together": TOGETHER, "max_retries": openai.DEFAULT_MAX_RETRIES, **settings},
    ).print()


if __name__ == "__main__":
    main()
