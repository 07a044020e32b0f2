"""The rail: a project's stages as steps, each with its count, its state and how far it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from curation.exporters import EXPORTERS
from curation.models import Job, Project
from curation.reporting import wording
from curation.services.report.counts import ProjectCounts, kept_counts
from curation.services.report.scores import score_table

KIND_OF_STAGE = {
    "generate": "generate",
    "push": "annotate",
    "pull": "annotate",
    "settle": "annotate",
    "agreement": "agree",
    "annotators": "annotate",
    "aggregators": "agree",
    "explore": "curate",
    "freeze": "curate",
    "train": "train",
}
UNSEEN = ("summaries", "map")  # brought up beside everything else; nobody waits for them
PAGES = {
    "generate": "generation",
    "annotate": "rounds",
    "agree": "agreement",
    "curate": "explorer",
    "train": "training",
    "export": "version_list",
}


@dataclass(frozen=True, kw_only=True)
class Progress:
    """All that decides where a project stands."""

    counts: ProjectCounts
    trained: int  # sources with scores
    busy: frozenset[str]  # stages that a job works on now


@dataclass(frozen=True, kw_only=True)
class Step:
    """One stage of the rail."""

    project: Project
    key: str
    title: str
    count: str
    state: str  # in words
    share: float  # done, in percent
    css: str  # "done", "busy", "next" (needs a decision) or "later"
    here: bool

    @property
    def said(self) -> str:
        return f"{self.title}: {self.state}"

    @property
    def href(self) -> str:
        if self.key in PAGES:
            return reverse(PAGES[self.key], args=[self.project.slug])
        return f"{self.project.get_absolute_url()}#{self.key}"


def progress_of(project: Project) -> Progress:
    """Where the project stands; numbers of many texts are a while old."""
    kinds = Job.objects.active().asked_for().filter(project=project).order_by().values_list("kind")
    return Progress(
        counts=kept_counts(project),
        trained=len(score_table(project).get("scores", {})),
        busy=stages_at_work(kind for (kind,) in kinds.distinct()),
    )


def stages_at_work(kinds: Iterable[str]) -> frozenset[str]:
    """The stages that jobs of these kinds work on; "" is one that is none of the rail's."""
    return frozenset(KIND_OF_STAGE.get(kind, "") for kind in kinds if kind not in UNSEEN)


def rail_of(project: Project, *, here: str = "") -> list[Step]:
    return steps_of(project, progress_of(project), here=here)


def steps_of(project: Project, progress: Progress, *, here: str = "") -> list[Step]:
    counts = progress.counts
    shares = _shares(progress)
    titles = {
        "generate": ("Generate", wording.plural(counts.pool, "text")),
        "screen": ("Screen", f"{sum(counts.rejected.values()):,} rejected"),
        "annotate": ("Annotate", _votes(counts)),
        "agree": ("Agree", _agreement(counts)),
        "curate": ("Curate", wording.plural(counts.versions, "version")),
        "train": ("Train", wording.plural(progress.trained, "source")),
        "export": ("Export", f"{len(EXPORTERS)} formats" if counts.versions else "no version yet"),
    }
    waiting = next_stage(progress)
    return [
        Step(
            project=project,
            key=key,
            title=title,
            count=count,
            share=shares[key],
            here=key == here,
            **_standing(key, shares[key], progress, waiting=key == waiting),
        )
        for key, (title, count) in titles.items()
    ]


def next_stage(progress: Progress) -> str:
    """The stage that waits for somebody to decide; "" when all is done or a job is at work."""
    return "" if progress.busy else unfinished_stage(progress)


def unfinished_stage(progress: Progress) -> str:
    """The first stage that is not done, whether a job works on it or not; "" when all is done."""
    shares = _shares(progress)
    order = ("generate", "annotate", "curate", "train")
    return next((key for key in order if shares[key] < 100), "")


def _shares(progress: Progress) -> dict[str, float]:
    counts = progress.counts
    answered = 100.0 if counts.answers else 0.0
    if counts.wanted:
        answered = min(100.0, round(100 * counts.answers / counts.wanted, 1))
    drafts = 100.0 if counts.pool else 0.0
    frozen = 100.0 if counts.versions else 0.0
    return {
        "generate": drafts,
        "screen": drafts,
        "annotate": answered,
        "agree": 100.0 if counts.compared else 0.0,  # its page works by itself
        "curate": frozen,
        "train": 100.0 if progress.trained else 0.0,
        "export": frozen,
    }


def _agreement(counts: ProjectCounts) -> str:
    people = wording.plural(counts.annotators, "annotator")
    return people if counts.alpha is None else f"α {counts.alpha:.2f}, {people}"


def _votes(counts: ProjectCounts) -> str:
    if counts.wanted:
        return f"{counts.answers:,} of {counts.wanted:,}"
    return wording.plural(counts.answers, "answer")


def _standing(key: str, share: float, progress: Progress, *, waiting: bool) -> dict[str, str]:
    if key in progress.busy:
        return {"css": "busy", "state": "at work"}
    if share >= 100:
        return {"css": "done", "state": "done"}
    if waiting:
        return {"css": "next", "state": "your turn"}
    return {"css": "later", "state": "later"}
