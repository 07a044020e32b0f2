"""What people see of a task: its question, what its labels mean, and examples of each."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.db.models import Q

from curation.models import Example, Label, Project
from curation.reporting.readable import readable

EXAMPLES = 3  # of each label
LOOKED_AT = 100  # texts of a label that the examples are chosen among
LONGEST_EXAMPLE = 240  # characters


@dataclass(frozen=True, kw_only=True)
class LabelCard:
    """One label: what it is called, what it means, and texts that carry it."""

    title: str
    description: str
    examples: list[str]


@dataclass(frozen=True, kw_only=True)
class TaskCard:
    """One task as somebody who has never seen it is told it."""

    slug: str
    title: str
    question: str
    labels: list[LabelCard]


def task_card(project: Project) -> TaskCard:
    """The task with examples whose label is known.

    Real training texts come first, then texts of the pool with a trusted label, then texts
    written for the label. Test texts and the texts that measure annotators are never shown.
    """
    return TaskCard(
        slug=project.slug,
        title=readable(project.title),
        question=readable(project.description),
        labels=[
            LabelCard(
                title=readable(label.title),
                description=readable(label.description),
                examples=[shortened(readable(text)) for text in _examples(label)],
            )
            for label in project.labels.order_by("position")
        ],
    )


def _examples(label: Label) -> list[str]:
    texts = Example.objects.filter(project=label.project_id)
    sources = (
        Q(split=Example.Split.TRAIN, gold_label=label),
        Q(split=Example.Split.POOL, gold_label=label),
        Q(split=Example.Split.POOL, gold_label=None, intended_label=label),
    )
    found: list[str] = []
    for source in sources:
        if len(found) < EXAMPLES:
            # the first ones of a file are often alike, so a hash chooses among some more
            rows = list(texts.filter(source).values_list("external_id", "text")[:LOOKED_AT])
            rows.sort(key=lambda row: hashlib.sha256(row[0].encode()).digest())
            found += [text for _, text in rows]
    return found[:EXAMPLES]


def shortened(text: str) -> str:
    """The text in one line of at most 240 characters.

    >>> shortened("a  joke\\non two lines")
    'a joke on two lines'
    """
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_EXAMPLE else line[: LONGEST_EXAMPLE - 1].rstrip() + "…"
