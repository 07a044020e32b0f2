"""A program that generates from a recording, slowly enough to be killed.

Arguments: the recording, the number of examples.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

PAUSE = 0.01  # seconds for one answer


def main(recording: Path, count: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "curation.settings")
    import django

    django.setup()
    from curation.models import Project
    from generation.providers import PROVIDERS
    from generation.providers.base import Completion, CompletionRequest
    from generation.providers.recorded import Recorded
    from generation.services import generate_examples

    class Slow(Recorded):
        def complete(self, request: CompletionRequest) -> Completion:
            time.sleep(PAUSE)
            return super().complete(request)

    PROVIDERS["recorded"] = Slow
    generate_examples(
        Project.objects.get(),
        provider="recorded",
        method="zero_shot",
        count=count,
        recordings=recording,
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
