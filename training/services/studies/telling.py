"""A study's report, with what is known about the tasks of ready-made studies."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

from curation.errors import NothingToDo
from training.models import Study
from training.studies.ready.files import READY, SUBJECTIVITY

MOST_SUBJECTIVE = 5  # stars


def make_report(study: Study) -> dict[str, Any]:
    """Work the report out anew and keep it in the study's row, finished or not."""
    from training.services.reporting import study_report

    slugs = study.projects.values_list("slug", flat=True)
    return dict(study_report(study, objectivity=objectivity_of(slugs) or None))


def write_tables(study: Study, folder: Path) -> list[Path]:
    """Write the report's tables and figures into `folder`; the files, in the order written.

    Raises:
        NothingToDo: this release cannot write them.
    """
    write = getattr(import_module("training.services.reporting"), "write_report", None)
    if write is None:
        raise NothingToDo("This release writes no tables yet; leave --to out and use --json.")
    written: Any = write(study, folder)
    return [Path(path) for path in written or ()]


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
