"""One labelled text, and the judged texts of a project."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.db.models import Exists, OuterRef, QuerySet

from curation.datasets import Judged
from curation.errors import NothingToDo
from curation.models import Example, Project, Task
from curation.services.agreement import JudgedProject, judge

CHUNK = 5_000  # texts read together
PUBLISHED = "provenance__agreement"  # a_i in (0, 1] that came with a text whose votes did not


@dataclass(frozen=True, kw_only=True)
class LabelledRow:
    """One text with the label it is trained or scored on."""

    id: str
    text: str
    label: str
    agreement: float | None = None  # a_i of its votes in (0, 1], where it has votes
    probs: tuple[float, ...] | None = None  # (K,) vote shares in the order of label_names()


@dataclass(frozen=True, kw_only=True)
class JudgedTexts:
    """N judged texts, as rows and as what policies decide on."""

    rows: list[LabelledRow]
    judged: Judged  # of the same N, in the same order


def judged_texts(project: Project, *, split: str) -> JudgedTexts | None:
    """Every text of `split` that has votes, with their aggregated label; None where none has."""
    asked = _asked(project, split)
    if split != Example.Split.POOL and not asked.exists():
        return None  # seen at a glance, where all answers would be gone through
    try:
        result = judge(project, split=split)
    except NothingToDo:
        return None
    judged = set(result.example_keys.tolist())  # too many for one statement to name
    found = asked.values_list("pk", "text").iterator(chunk_size=CHUNK)
    texts = {key: text for key, text in found if key in judged}
    shares = result.counts / result.counts.sum(axis=1, keepdims=True)
    return JudgedTexts(rows=_rows(result, texts, shares.tolist()), judged=result.judged)


def _asked(project: Project, split: str) -> QuerySet[Example]:
    """The texts of that split that anybody was ever asked about."""
    asked = Exists(Task.objects.filter(example=OuterRef("pk")))
    return project.examples.filter(asked, split=split).order_by()


def _rows(
    result: JudgedProject, texts: dict[int, str], shares: Sequence[list[float]]
) -> list[LabelledRow]:
    columns = zip(
        result.example_keys.tolist(),
        result.judged.external_id,
        result.judged.label.tolist(),
        result.judged.agreement.tolist(),
        shares,
        strict=True,
    )
    return [
        LabelledRow(
            id=name,
            text=texts[key],
            label=result.label_names[label],
            agreement=agreement,
            probs=tuple(probs),
        )
        for key, name, label, agreement, probs in columns
    ]


def published_texts(project: Project) -> JudgedTexts | None:
    """Real training texts whose source tells the share of annotators behind the gold label.

    Their votes are not known, so the rest of the shares is spread evenly over the other labels.
    None where there are no such texts.
    """
    found = project.examples.filter(
        split=Example.Split.TRAIN, gold_label__isnull=False, provenance__has_key="agreement"
    )
    names = project.label_names()
    rows = [
        LabelledRow(
            id=key, text=text, label=label, agreement=share, probs=_spread(label, share, names)
        )
        for key, text, label, share in found.values_list(
            "external_id", "text", "gold_label__name", PUBLISHED
        )
    ]
    if not rows:
        return None
    agreement = np.array([row.agreement for row in rows], dtype=np.float64)
    return JudgedTexts(
        rows=rows,
        judged=Judged(
            external_id=[row.id for row in rows],
            label=np.array([names.index(row.label) for row in rows], dtype=np.int64),
            agreement=agreement,
            entropy=np.zeros(len(rows)),
            probability=agreement,
            n_votes=np.ones(len(rows), dtype=np.int64),
            label_names=names,
        ),
    )


def _spread(label: str, share: float, names: Sequence[str]) -> tuple[float, ...]:
    """Vote shares of which only that of `label` is known.

    >>> _spread("b", 0.8, ["a", "b", "c"])
    (0.1, 0.8, 0.1)
    """
    rest = round((1 - share) / (len(names) - 1), 12)
    return tuple(share if name == label else rest for name in names)
