"""Examples of a project, filtered, with the answers they have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from curation.models import Annotation, Example, Project
from curation.models.project import ExampleQuerySet
from curation.services.report.examples import cast_votes


@dataclass(frozen=True, kw_only=True)
class ExamplesWanted:
    """Which examples are wanted; "" and None want all."""

    text: str = ""  # that the text holds, whatever its case
    split: str = ""
    source: str = ""
    intended: str = ""  # label
    gold: str = ""  # label
    annotator: str = ""  # pseudonym of somebody who answered
    voted: bool | None = None  # whether anybody answered


def examples_like(project: Project, wanted: ExamplesWanted) -> ExampleQuerySet:
    """The examples that are wanted, in no order."""
    named = {
        "text__icontains": wanted.text,
        "split": wanted.split,
        "source": wanted.source,
        "intended_label__name": wanted.intended,
        "gold_label__name": wanted.gold,
    }
    found = Example.objects.filter(project=project)
    found = found.filter(**{name: value for name, value in named.items() if value})
    answers = Annotation.objects.counting().filter(task__example=OuterRef("pk"))
    if wanted.annotator:
        found = found.filter(Exists(answers.filter(annotator__name=wanted.annotator)))
    if wanted.voted is not None:
        voted = Exists(answers.filter(label__isnull=False))
        found = found.filter(voted if wanted.voted else ~voted)
    return found


@dataclass(frozen=True, kw_only=True)
class AnswersGiven:
    """What people said to one example."""

    votes: dict[str, int]  # label → votes, every label of the project
    skips: int


def answers_to(project: Project, keys: Sequence[int]) -> dict[int, AnswersGiven]:
    """Example key → its answers that count; of somebody who answered twice, the later one."""
    names, cast = project.label_names(), cast_votes(project, keys)
    told = {}
    for key in keys:
        given = Counter(vote.label for vote in cast.get(key, []))
        votes = {name: given[position] for position, name in enumerate(names)}
        told[key] = AnswersGiven(votes=votes, skips=given[None])
    return told
