"""A program that generates in batches, to be killed while one is under way.

Arguments: the server's address, the number of examples.
"""

from __future__ import annotations

import os
import sys
from typing import Any

QUICK = {"gather_seconds": 0.1, "poll_seconds": 0.05}


def wish(base_url: str) -> dict[str, Any]:
    """What is asked for; conversations of five turns, so that there are several batches."""
    from generation.prompting.base import GenerationOptions

    return {
        "provider": "openai_batch",
        "method": "zero_shot",
        "model": "tiny",
        "base_url": base_url,
        "options": GenerationOptions(words=(5, 30), turns=5, n_texts=5),
    }


def be_quick() -> None:
    """Gather and look for a moment only."""
    from dataclasses import replace

    from generation.providers import PROVIDERS
    from generation.providers.openai_batch import OpenAIBatch

    PROVIDERS["openai_batch"] = lambda settings: OpenAIBatch(replace(settings, extra=QUICK))


def main(base_url: str, count: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "curation.settings")
    import django

    django.setup()
    from curation.models import Project
    from generation.services import Asked, generate_examples

    be_quick()
    generate_examples(Project.objects.get(), Asked(**wish(base_url)), count=count)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
