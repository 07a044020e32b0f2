"""A program that generates, to be killed.

Arguments: `replay`, the recording, the number of examples; or `ask`, the address of a limited
server, the number of examples, the seed, the cap. It prints how many examples there are each time
that changes. `count` asks nothing, but checks every counter of every run and prints them as JSON.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

PAUSE = 0.01  # seconds for one replayed answer


def replay(recording: Path, count: int) -> None:
    """Slowly enough to be killed."""
    from curation.models import Project
    from generation.providers import PROVIDERS
    from generation.providers.base import Completion, CompletionRequest
    from generation.providers.recorded import Recorded
    from generation.services import Asked, generate_examples

    class Slow(Recorded):
        async def complete(self, request: CompletionRequest) -> Completion:
            await asyncio.sleep(PAUSE)
            return await super().complete(request)

    PROVIDERS["recorded"] = Slow
    asked = Asked(provider="recorded", method="zero_shot", recordings=recording)
    generate_examples(Project.objects.get(), asked, count=count)


def ask(base_url: str, count: int, seed: int, cap: str) -> None:
    from curation.models import Project
    from generation.scheduling.budget import nanos_of
    from tests.generation.wishes import ONE_CALL, PRICE, generate

    generate(
        Project.objects.get(),
        provider="openai",
        method="zero_shot",
        model="tiny",
        base_url=base_url,
        options=ONE_CALL,
        price=PRICE,
        count=count,
        seed=seed,
        cap=nanos_of(cap),
        progress=tell,
    )


def tell(done: int, total: int, note: str = "") -> None:
    sys.stdout.write(f"{done}\n")
    sys.stdout.flush()


def count() -> None:
    from curation.models import Example
    from generation.models import GenerationRun
    from generation.services import run_summary
    from tests.generation.recount import check

    found = []
    for run in GenerationRun.objects.all():
        check(run)
        found.append(run_summary(run) | {"spent": run.spent})
    sys.stdout.write(json.dumps({"runs": found, "examples": Example.objects.count()}))


def main(what: str, *arguments: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "curation.settings")
    import django

    django.setup()
    if what == "replay":
        replay(Path(arguments[0]), int(arguments[1]))
    elif what == "ask":
        ask(arguments[0], int(arguments[1]), int(arguments[2]), arguments[3])
    else:
        count()


if __name__ == "__main__":
    main(*sys.argv[1:])
