"""A study's report, with what is known about the tasks of ready-made studies."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from training.models import Study
from training.studies.ready.files import READY, SUBJECTIVITY

MOST_SUBJECTIVE = 5  # stars


def make_report(study: Study) -> dict[str, Any]:
    """Work the report out anew and keep it in the study's row, finished or not."""
    from training.services.reporting import study_report

    slugs = study.projects.values_list("slug", flat=True)
    return dict(study_report(study, objectivity=objectivity_of(slugs) or None))


def write_files(study: Study, folder: Path) -> list[Path]:
    """Write the report with its tables and figures into `folder`; the files, in that order.

    Raises:
        ReportNotWritten: the folder cannot be written into.
    """
    from training.services.reporting import write_report

    return write_report(study, folder)


def objectivity_of(slugs: Iterable[str]) -> dict[str, float]:
    """How objective the tasks of ready-made studies are said to be, 1 to 5, 5 the most.

    >>> objectivity_of(["paper-one-humor", "paper-one-ag_news", "my-own"])
    {'paper-one-humor': 1.0, 'paper-one-ag_news': 5.0}
    """
    found = {}
    for slug in slugs:
        for study in READY.values():
            stars = SUBJECTIVITY.get(study.named(slug))
            if slug.startswith(study.prefix) and stars is not None:
                found[slug] = float(MOST_SUBJECTIVE + 1 - stars)
    return found
