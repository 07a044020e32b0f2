"""The files of ready-made studies as plans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from training.studies.errors import BadPlan
from training.studies.plan import StudyPlan

FOLDER = Path(__file__).parent
QUICK: dict[str, dict[str, Any]] = {"probe": {"classifier": "probe"}}  # seconds a run
QUICK_SEEDS = 2

# Stars of the first study's tasks by its 540 pairwise judgements of which task is more objective:
# 1 objective … 5 subjective. Quoted from notes on arXiv 2310.07849, not checked against the paper.
SUBJECTIVITY: dict[str, int] = {
    "ag_news": 1,
    "fewrel": 1,
    "imdb": 2,
    "sms_spam": 2,
    "reddit_emotion": 2,
    "tweet_irony": 2,
    "tweet_emotion": 3,
    "sarcasm_headlines": 4,
    "financial_phrasebank": 4,
    "humor": 5,
}


@dataclass(frozen=True, kw_only=True)
class ReadyStudy:
    """One ready-made study, as a list of them shows it."""

    name: str  # of its file, and what commands call it
    about: str  # one sentence
    prefix: str  # of the slugs of its projects; the name of a task or set follows

    @property
    def path(self) -> Path:
        return FOLDER / f"{self.name}.yaml"

    def slug(self, of: str) -> str:
        """The project that holds the task or set `of`.

        >>> READY["paper-two"].slug("humor")
        'paper-one-humor'
        """
        return f"{self.prefix}{of}"

    def named(self, slug: str) -> str:
        """The task or set of a project."""
        return slug.removeprefix(self.prefix)


READY: dict[str, ReadyStudy] = {
    study.name: study
    for study in (
        ReadyStudy(
            name="paper-one",
            about="Real, zero-shot and few-shot text of the same size on seven tasks.",
            prefix="paper-one-",
        ),
        ReadyStudy(
            name="paper-two",
            about="0, 100 and 1,000 real texts with 0 to 800 synthetic ones, by method.",
            prefix="paper-one-",
        ),
        ReadyStudy(
            name="filtering",
            about="Training text filtered by the agreement of real votes, against random subsets.",
            prefix="filtering-",
        ),
    )
}


def ready_study(name: str) -> ReadyStudy:
    """The ready-made study of that name.

    Raises:
        BadPlan: there is none.
    """
    if name not in READY:
        raise BadPlan(f"There is no ready-made study {name!r}; there are {', '.join(READY)}.")
    return READY[name]


def ready_plan(
    name: str, *, of: Sequence[str] | None = None, quick: bool = False, notes: str = ""
) -> StudyPlan:
    """A ready-made study as a plan.

    Args:
        of: tasks or sets to run it on; those that its file names when None.
        quick: a linear head on frozen embeddings and two seeds, minutes for all of it.
        notes: what was found when its projects were set up; added to its text.

    Raises:
        BadPlan: there is no such study.

    >>> ready_plan("paper-one", of=["humor"], quick=True).projects
    ('paper-one-humor',)
    """
    study = ready_study(name)
    plan = StudyPlan.from_json(yaml.safe_load(study.path.read_text(encoding="utf-8")))
    if of is not None:
        plan = replace(plan, projects=tuple(study.slug(one) for one in of))
    if quick:
        plan = replace(plan, title=f"{plan.title}, quick", classifiers=QUICK, seeds=QUICK_SEEDS)
    return replace(plan, text=f"{plan.text.rstrip()}\n\n{notes}".rstrip() + "\n")


def sets_of(study: ReadyStudy) -> list[str]:
    """The tasks or sets that the study's own file names, in its order.

    >>> sets_of(READY["filtering"])[0]
    'multipico_en'
    """
    values = yaml.safe_load(study.path.read_text(encoding="utf-8"))
    return [study.named(slug) for slug in values["projects"]]
