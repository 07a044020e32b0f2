"""A program around one small study in a database of its own. Arguments: `set_up` or `tell`.

`tell` prints, as JSON, what each cell of the study came to.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

PLAN: dict[str, Any] = {
    "title": "To be killed",
    "projects": ["headlines"],
    "arms": [
        {"name": "real", "source": "real@8"},
        {"name": "made", "source": "synthetic"},
        {
            "name": "filtered",
            "source": "synthetic",
            "quality": "real",
            "keep_quality": 0.1,
            "config": {"max_steps": 95},
        },
    ],
    "classifiers": {"tfidf": {"classifier": "tfidf"}},
    "seeds": 1,
}
RUNS = 4  # three cells and a checker


def set_up() -> None:
    from tests.training.factories import make_project
    from training.services.studies import create_study
    from training.studies.plan import StudyPlan

    make_project()
    create_study(StudyPlan.from_json(PLAN), "s")


def tell() -> None:
    from training.models import StudyCell, TrainingRun

    cells = {
        f"{cell.arm} {cell.seed}": [
            cell.run and [cell.run.status, cell.run.fingerprint, cell.run.macro_f1]
        ]
        for cell in StudyCell.objects.select_related("run")
    }
    statuses = list(TrainingRun.objects.values_list("status", flat=True))
    sys.stdout.write(json.dumps({"cells": cells, "runs": statuses}))


def main(what: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "curation.settings")
    import django

    django.setup()
    set_up() if what == "set_up" else tell()


if __name__ == "__main__":
    main(sys.argv[1])
