"""How many of everything a project has, for its pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet, Sum

from curation.models import (
    AnnotationRound,
    Annotator,
    DatasetVersion,
    Example,
    Job,
    Participation,
    Project,
    StrayAnswer,
    Task,
)
from curation.services.answer_counts import answer_counts, answers_given
from curation.services.lately import lately
from curation.services.report.scores import rejected_counts


@dataclass(frozen=True, kw_only=True)
class ProjectCounts:
    """A project in numbers; nothing is aggregated for it."""

    synthetic: int
    real: int  # real texts in the pool
    all_real: int  # real texts of every split
    train: int
    test: int
    wanted: int  # answers asked for so far, skips included
    votes: int
    skips: int
    annotators: int
    simulated: bool
    strays: dict[str, int]  # reason → answers kept aside
    rejected: dict[str, int]  # reason → drafts
    versions: int
    alpha: float | None  # Krippendorff's, as the newest version was made
    newest_round: AnnotationRound | None  # that is at work; else the newest

    @property
    def pool(self) -> int:
        return self.synthetic + self.real

    @property
    def answers(self) -> int:
        return self.votes + self.skips

    @property
    def due(self) -> int:
        """Answers still to come; imported votes are never due."""
        return max(0, self.wanted - self.answers)


def project_counts(project: Project) -> ProjectCounts:
    examples = _examples_by_place(project)
    answers = answer_counts(project)
    rounds = list(project.rounds.defer("plan"))
    strays = StrayAnswer.objects.filter(round__project=project).order_by("reason")
    return ProjectCounts(
        synthetic=examples.get(("pool", "synthetic"), 0),
        real=examples.get(("pool", "real"), 0),
        all_real=sum(n for (_, source), n in examples.items() if source == Example.Source.REAL),
        train=sum(n for (split, _), n in examples.items() if split == Example.Split.TRAIN),
        test=sum(n for (split, _), n in examples.items() if split == Example.Split.TEST),
        wanted=_wanted(rounds),
        votes=answers.votes,
        skips=answers.skips,
        annotators=project.annotators.count(),
        simulated=answers.simulated,
        strays=dict(strays.values_list("reason").annotate(n=Count("pk"))),
        rejected=rejected_counts(project),
        versions=project.dataset_versions.count(),
        alpha=project.dataset_versions.order_by("number").values_list("alpha", flat=True).last(),
        newest_round=_round_at_work(rounds),
    )


def kept_counts(project: Project) -> ProjectCounts:
    """As `project_counts`, but of many texts and answers a while old, some minutes at most.

    A million texts take a second to count, and the rail stands beside every page. They are
    counted anew at once when a round or a version came or changed its state.
    """
    rounds = list(project.rounds.defer("plan"))
    signs = [[[one.pk, one.state] for one in rounds], project.dataset_versions.count()]

    def counted() -> dict[str, Any]:
        found = project_counts(project)
        plain = {one.name: getattr(found, one.name) for one in fields(found)}
        return plain | {"newest_round": None}

    known = lately(
        project,
        "counts",
        counted,
        rows=lambda found: found["synthetic"] + found["real"] + found["votes"] + found["skips"],
        signs=signs,
    )
    return ProjectCounts(**{**known, "newest_round": _round_at_work(rounds)})


def _wanted(rounds: Sequence[AnnotationRound]) -> int:
    """Answers that were asked for. On our own engine each task knows; imported votes never are.

    A closed round of ours asks for nothing any more.
    """
    fronts = AnnotationRound.Front
    asking = [one.pk for one in rounds if one.front != fronts.VOTES]
    if not asking:
        return 0
    remote, fixed = Q(round__front=fronts.LABEL_STUDIO), Q(round__first_overlap=None)
    own = Q(round__front__in=[fronts.PAGE, fronts.SIMULATED])
    over = Q(round__state=AnnotationRound.State.CLOSED)
    tasks = Task.objects.filter(round__in=asking, purpose=Task.Purpose.VOTE)
    sums = tasks.aggregate(
        fixed=Sum("round__overlap", filter=remote & fixed),
        adaptive=Sum("wanted", filter=remote & ~fixed),
        given=Sum(F("votes") + F("skips"), filter=own),
        still=Sum(F("leased") + F("due"), filter=own & ~over),
    )
    return sum(n or 0 for n in sums.values())


def task_count(project: Project) -> int:
    """Texts that were put before people, each round's by themselves; checks are not counted."""
    return Task.objects.filter(round__project=project, purpose=Task.Purpose.VOTE).count()


def _round_at_work(rounds: Sequence[AnnotationRound]) -> AnnotationRound | None:
    """The newest round that is open, people before programs; where none is, the newest."""
    asked = {AnnotationRound.Front.PAGE, AnnotationRound.Front.LABEL_STUDIO}
    is_open = AnnotationRound.State.OPEN

    def rank(one: AnnotationRound) -> tuple[bool, bool, int]:
        return one.state == is_open, one.state == is_open and one.front in asked, one.number

    return max(rounds, key=rank, default=None)


def _examples_by_place(project: Project) -> dict[tuple[str, str], int]:
    rows = project.examples.order_by().values_list("split", "source").annotate(n=Count("pk"))
    return {(split, source): n for split, source, n in rows}


@dataclass(frozen=True, kw_only=True)
class ProjectLine:
    """A project as one row of the list of projects."""

    project: Project
    texts: int
    answers: int
    annotators: int
    versions: int
    active_jobs: int
    last_activity: datetime


def project_lines(projects: QuerySet[Project]) -> list[ProjectLine]:
    """Projects with their counts by stage: one grouped query per count, none per project."""
    texts = _per_project(Example.objects.filter(split=Example.Split.POOL), "project")
    annotators = _per_project(Annotator.objects.all(), "project")
    versions = _per_project(DatasetVersion.objects.all(), "project")
    active = _per_project(Job.objects.active(), "project")
    latest = _last_activity()
    answers = answers_given(list(projects))
    lines = [
        ProjectLine(
            project=project,
            texts=texts.get(project.pk, 0),
            answers=answers.get(project.pk, 0),
            annotators=annotators.get(project.pk, 0),
            versions=versions.get(project.pk, 0),
            active_jobs=active.get(project.pk, 0),
            last_activity=max(project.created_at, latest.get(project.pk, project.created_at)),
        )
        for project in projects
    ]
    return sorted(lines, key=lambda line: line.last_activity, reverse=True)


def _per_project(rows: QuerySet[Any], path: str) -> dict[int, int]:
    return dict(rows.order_by().values_list(path).annotate(n=Count("pk")))


def _last_activity() -> dict[int, datetime]:
    """Project key → when answers last came in, a version was frozen or a job began."""
    stamps = (
        AnnotationRound.objects.filter(pulled_at__isnull=False)
        .order_by()
        .values_list("project")
        .annotate(last=Max("pulled_at")),
        Participation.objects.filter(seen_at__isnull=False)
        .order_by()
        .values_list("round__project")
        .annotate(last=Max("seen_at")),
        DatasetVersion.objects.order_by().values_list("project").annotate(last=Max("created_at")),
        Job.objects.filter(project__isnull=False)
        .order_by()
        .values_list("project")
        .annotate(last=Max("created_at")),
    )
    latest: dict[int, datetime] = {}
    for rows in stamps:
        for project, last in rows:
            latest[project] = max(last, latest.get(project, last))
    return latest
