"""distilabel's own text generation over `OpenAILLM`, with its defaults: batches of 50, 6 retries.

PYTHON -m benchmarks.peers.distilabel_run --base-url URL --calls N [--texts-per-call N]

PYTHON is that of distilabel's environment (see `install.py`). Changed from its defaults: the
length of an answer, which would cut each one off, and its cache, which would answer a second run.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
import time
from importlib.metadata import version
from typing import Any

from benchmarks.peers.asking import KEY, MAX_TOKENS, MODEL, options, outcome, prompt

BATCH = 50  # rows worked on together, its default


def generations(
    base_url: str, prompts: list[str], folder: str, **settings: Any
) -> list[str | None]:
    """Its answers; None for rows that it lost."""
    from distilabel.models.llms import OpenAILLM  # type: ignore[import-not-found]
    from distilabel.pipeline import Pipeline  # type: ignore[import-not-found]
    from distilabel.steps import LoadDataFromDicts  # type: ignore[import-not-found]
    from distilabel.steps.tasks import TextGeneration  # type: ignore[import-not-found]

    with Pipeline(name="peer", cache_dir=folder) as pipeline:
        load = LoadDataFromDicts(data=[{"instruction": text} for text in prompts])
        model = OpenAILLM(
            model=MODEL,
            base_url=base_url,
            api_key=KEY,
            generation_kwargs={"max_new_tokens": MAX_TOKENS},
            **settings,
        )
        load >> TextGeneration(llm=model, input_batch_size=BATCH)
    distiset = pipeline.run(use_cache=False)
    return list(distiset["default"]["train"]["generation"])


def main() -> None:
    asked = options("distilabel")
    texts = asked.texts_per_call
    prompts = [prompt(number, texts_per_call=texts) for number in range(asked.calls)]
    settings = {"timeout": asked.timeout} if asked.timeout else {}
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"HF_HOME": folder, "HF_HUB_OFFLINE": "1"}
        began = time.perf_counter()
        with contextlib.redirect_stdout(sys.stderr):
            found = generations(asked.base_url, prompts, folder, **settings)
        seconds = time.perf_counter() - began
    outcome(
        "distilabel",
        found,
        version=f"distilabel {version('distilabel')}, openai {version('openai')}",
        texts_per_call=texts,
        seconds=seconds,
        settings={"input_batch_size": BATCH, "max_retries": 6, **settings},
    ).print()


if __name__ == "__main__":
    main()
