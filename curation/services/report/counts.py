"""How many of everything a project has, for its pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Exists, F, Max, Min, Q, QuerySet, Sum

from curation.bulk import chunked
from curation.models import (
    Annotation,
    AnnotationRound,
    Annotator,
    DatasetVersion,
    Example,
    Project,
    StrayAnswer,
    Task,
)
from curation.services.answer_counts import answer_counts_of
from curation.services.lately import lately, lately_of
from curation.services.report.scores import rejected_counts

TOGETHER = 100  # projects asked about by one query where each adds to its length


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
    annotators: int  # who gave the answers
    silent: int  # people who were let in or invited and have not answered yet
    compared: bool  # two people have judged the same text
    simulated: bool
    people_answers: int  # given by people, checks and set-aside annotators included
    timed_answers: int  # those of which it is known how long they took
    people_seconds: float  # that these took together
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


# what is told a while old, by the names that are kept with it
NAMES = [one.name for one in fields(ProjectCounts) if one.name != "newest_round"]


def project_counts(project: Project) -> ProjectCounts:
    return counts_of([project])[project.pk]


def counts_of(projects: Sequence[Project]) -> dict[int, ProjectCounts]:
    """Project key → its numbers; as many queries for many projects as for one."""
    return _counts_of(projects, _rounds_of(projects))


def _counts_of(
    projects: Sequence[Project], every: Mapping[int, Sequence[AnnotationRound]]
) -> dict[int, ProjectCounts]:
    """The same, where the rounds of these projects and of others are known."""
    rounds = {project.pk: every[project.pk] for project in projects}
    examples = _examples_by_place(projects)
    answers = answer_counts_of(projects)
    wanted = _wanted(rounds)
    strays = _strays(projects)
    compared = _compared(rounds, votes={key: found.votes for key, found in answers.items()})
    let_in = _per_project(Annotator.objects.filter(project__in=projects))
    rejected = rejected_counts(projects)
    versions = _versions_of(projects)
    return {
        key: ProjectCounts(
            **_examples(examples[key]),
            wanted=wanted.get(key, 0),
            votes=answers[key].votes,
            skips=answers[key].skips,
            annotators=answers[key].annotators,
            silent=max(0, let_in.get(key, 0) - answers[key].heard),
            compared=key in compared,
            simulated=answers[key].simulated,
            people_answers=answers[key].people,
            timed_answers=answers[key].timed,
            people_seconds=answers[key].seconds,
            strays=strays.get(key, {}),
            rejected=rejected.get(key, {}),
            versions=len(versions[key]),
            alpha=versions[key][-1] if versions[key] else None,
            newest_round=_round_at_work(rounds[key]),
        )
        for key in (project.pk for project in projects)
    }


def kept_counts(project: Project) -> ProjectCounts:
    """As `project_counts`, but of many texts and answers a while old, some minutes at most.

    A million texts take a second to count, and what stands on every page tells them. They are
    counted anew at once when a round or a version came or changed its state.
    """
    return kept_counts_of([project])[project.pk]


def kept_counts_of(projects: Sequence[Project]) -> dict[int, ProjectCounts]:
    """The same of several projects, with as many queries as for one."""
    rounds = _rounds_of(projects)
    versions = _per_project(DatasetVersion.objects.filter(project__in=projects))
    signs = {
        key: [[[one.pk, one.state] for one in some], versions.get(key, 0), *NAMES]
        for key, some in rounds.items()
    }

    def counted(due: Sequence[Project]) -> dict[int, dict[str, Any]]:
        return {
            key: {name: getattr(found, name) for name in NAMES}
            for key, found in _counts_of(due, rounds).items()
        }

    known = lately_of(
        projects,
        "counts",
        counted,
        rows=lambda found: found["synthetic"] + found["real"] + found["votes"] + found["skips"],
        signs=signs,
    )
    return {
        key: ProjectCounts(**found, newest_round=_round_at_work(rounds[key]))
        for key, found in known.items()
    }


def _rounds_of(projects: Sequence[Project]) -> dict[int, list[AnnotationRound]]:
    found: dict[int, list[AnnotationRound]] = {project.pk: [] for project in projects}
    by_key = {project.pk: project for project in projects}
    for one in AnnotationRound.objects.filter(project__in=projects).defer("plan"):
        one.project = by_key[one.project_id]
        found[one.project_id].append(one)
    return found


def _wanted(rounds: Mapping[int, Sequence[AnnotationRound]]) -> dict[int, int]:
    """Answers that were asked for. On our own engine each task knows; imported votes never are.

    A closed round of ours asks for nothing any more.
    """
    fronts = AnnotationRound.Front
    asking = [one.pk for some in rounds.values() for one in some if one.front != fronts.VOTES]
    if not asking:
        return {}
    remote, fixed = Q(round__front=fronts.LABEL_STUDIO), Q(round__first_overlap=None)
    own = Q(round__front__in=[fronts.PAGE, fronts.SIMULATED])
    over = Q(round__state=AnnotationRound.State.CLOSED)
    tasks = Task.objects.filter(round__in=asking, purpose=Task.Purpose.VOTE)
    sums = (
        tasks.order_by()
        .values_list("round__project")
        .annotate(
            fixed=Sum("round__overlap", filter=remote & fixed),
            adaptive=Sum("wanted", filter=remote & ~fixed),
            given=Sum(F("votes") + F("skips"), filter=own),
            still=Sum(F("leased") + F("due"), filter=own & ~over),
        )
    )
    return {key: sum(n or 0 for n in parts) for key, *parts in sums}


def _compared(
    rounds: Mapping[int, Sequence[AnnotationRound]], *, votes: Mapping[int, int]
) -> set[int]:
    """Projects in which two people have judged the same text, be it in two rounds.

    Each is asked about by the keys of its rounds: so a planner sees how few rows they have, and
    reads no other project's tasks and votes.
    """
    several = {AnnotationRound.Front.VOTES, AnnotationRound.Front.LABEL_STUDIO}  # now and then two
    possible = {
        key
        for key, some in rounds.items()
        if votes[key] > 1 and sum(2 if one.front in several else one.overlap for one in some) > 1
    }
    keys = {key: [one.pk for one in rounds[key]] for key in possible}
    books = Task.objects.filter(votes__gte=2)
    found = _where({key: books.filter(round__in=keys[key]) for key in possible})
    # imported votes are in no book, and those of two rounds in two
    unsaid = {
        key
        for key in possible - found
        if len(rounds[key]) > 1 or rounds[key][0].front == AnnotationRound.Front.VOTES
    }
    return found | _where({key: _texts_compared(keys[key]) for key in unsaid})


def _where(asked: Mapping[int, QuerySet[Any, Any]]) -> set[int]:
    """Projects for which what is asked of each by itself finds any row."""
    found: set[int] = set()
    for chunk in chunked(sorted(asked), TOGETHER):
        each = [Q(pk=key) & Q(Exists(asked[key])) for key in chunk]
        found |= set(Project.objects.filter(reduce(or_, each)).values_list("pk", flat=True))
    return found


def _texts_compared(rounds: Sequence[int]) -> QuerySet[Any, Any]:
    """Texts that two people have judged in these rounds."""
    given = Annotation.objects.votes().filter(task__round__in=rounds).order_by()
    # in one round an index has its texts in order; of several it would go through everybody's
    text = F("task__example") if len(rounds) == 1 else F("task__example") + 0
    texts = given.values(text=text)
    told = texts.annotate(lowest=Min("annotator"), highest=Max("annotator"))
    return told.filter(highest__gt=F("lowest"))


def _strays(projects: Sequence[Project]) -> dict[int, dict[str, int]]:
    rows = StrayAnswer.objects.filter(round__project__in=projects).order_by("reason")
    found: dict[int, dict[str, int]] = {}
    for key, reason, n in rows.values_list("round__project", "reason").annotate(n=Count("pk")):
        found.setdefault(key, {})[reason] = n
    return found


def _versions_of(projects: Sequence[Project]) -> dict[int, list[float | None]]:
    """The α of each version, oldest first."""
    found: dict[int, list[float | None]] = {project.pk: [] for project in projects}
    rows = DatasetVersion.objects.filter(project__in=projects).order_by("project", "number")
    for key, alpha in rows.values_list("project", "alpha"):
        found[key].append(alpha)
    return found


def _per_project(rows: QuerySet[Any]) -> dict[int, int]:
    return dict(rows.order_by().values_list("project").annotate(n=Count("pk")))


def task_count(project: Project) -> int:
    """Texts that were put before people, each round's by themselves; checks are not counted."""
    return Task.objects.filter(round__project=project, purpose=Task.Purpose.VOTE).count()


def texts_to_judge(project: Project) -> int:
    """Texts of the pool that nobody has set aside; of many, as it was some minutes ago."""
    texts = Example.objects.filter(project=project).to_judge()
    return int(lately(project, "to-judge", texts.count, rows=int))


def _round_at_work(rounds: Sequence[AnnotationRound]) -> AnnotationRound | None:
    """The newest round that is open, people before programs; where none is, the newest."""
    asked = {AnnotationRound.Front.PAGE, AnnotationRound.Front.LABEL_STUDIO}
    is_open = AnnotationRound.State.OPEN

    def rank(one: AnnotationRound) -> tuple[bool, bool, int]:
        return one.state == is_open, one.state == is_open and one.front in asked, one.number

    return max(rounds, key=rank, default=None)


def _examples_by_place(projects: Sequence[Project]) -> dict[int, dict[tuple[str, str], int]]:
    found: dict[int, dict[tuple[str, str], int]] = {project.pk: {} for project in projects}
    rows = Example.objects.filter(project__in=projects).order_by()
    for key, split, source, n in rows.values_list("project", "split", "source").annotate(
        n=Count("pk")
    ):
        found[key][split, source] = n
    return found


def _examples(places: Mapping[tuple[str, str], int]) -> dict[str, int]:
    splits, real = Example.Split, Example.Source.REAL
    return {
        "synthetic": places.get((splits.POOL, Example.Source.SYNTHETIC), 0),
        "real": places.get((splits.POOL, real), 0),
        "all_real": sum(n for (_, source), n in places.items() if source == real),
        "train": sum(n for (split, _), n in places.items() if split == splits.TRAIN),
        "test": sum(n for (split, _), n in places.items() if split == splits.TEST),
    }
