"""A version's rows and votes as an export writes them, read in pieces so that memory stays flat."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from django.conf import settings
from django.db import models
from django.db.models import Count, F, Max, Q
from django.db.models.functions import Cast

from curation.bulk import chunked
from curation.exporters import Row
from curation.models import Annotation, DatasetExample, DatasetVersion, Project
from curation.services.datasets.known import known_of

CHUNK = 5_000
PSEUDONYM = re.compile(r"(annotator|simulated)-[0-9a-f]{12}")
FIELDS = (
    "example__external_id",
    "example__text",
    "label",
    "example__intended_label",
    "example__gold_label",
    "split",
    "example__source",
    "agreement",
    "entropy",
    "posterior_agreement",
    "posterior_low",
    "posterior_high",
    "probability",
    "votes_text",
    "probabilities_text",
    "example__provenance",
    "drop_reason",
)
TEXT = models.TextField()


@lru_cache(maxsize=50_000)
def decoded(text: str | None) -> Any:
    """What a JSON column holds. Few vote counts differ, and decoding each row would take longest.

    Whoever gets it must not change it.
    """
    return None if text is None else json.loads(text)


def kept_rows(version: DatasetVersion, *, splits: Iterable[str] | None = None) -> Iterator[Row]:
    """Rows of `curation.exporters.columns.row_table`, by external id."""
    rows = version.rows.filter(drop_reason="")
    if splits is not None:
        rows = rows.filter(split__in=list(splits))
    for row in _rows(version, rows):
        yield row[:-1]


def dropped_rows(version: DatasetVersion) -> Iterator[Row]:
    """Rows of `curation.exporters.columns.dropped_table`, by external id."""
    return _rows(version, version.rows.exclude(drop_reason=""))


def _rows(version: DatasetVersion, rows: Any) -> Iterator[Row]:
    names: dict[int | None, str] = dict(version.project.labels.values_list("pk", "name"))
    names[None] = ""
    found = (
        rows.annotate(
            votes_text=Cast("votes", TEXT), probabilities_text=Cast("probabilities", TEXT)
        )
        .order_by("pk")
        .values_list(*FIELDS)
    )
    for (
        key, text, label, intended, gold, split, source, agreement, entropy,
        posterior, low, high, probability, votes, probabilities, provenance, reason,
    ) in found.iterator(chunk_size=CHUNK):  # fmt: skip
        counts = decoded(votes)
        total = sum(counts)
        yield (
            key, text, names[label], names[intended], names[gold], split, source, agreement,
            entropy, posterior, low, high, probability, agreement, counts,
            [count / total for count in counts], decoded(probabilities), provenance, reason,
        )  # fmt: skip


@dataclass(kw_only=True)
class VoteTally:
    """What is counted while votes are read."""

    votes: int = 0
    people: set[int] = field(default_factory=set)
    changed_examples: int = 0  # whose votes are not those that the version counted

    def facts(self) -> Mapping[str, int]:
        return {
            "votes": self.votes,
            "annotators": len(self.people),
            "changed_examples": self.changed_examples,
        }


def vote_rows(version: DatasetVersion, tally: VoteTally) -> Iterator[Row]:
    """Rows of `curation.exporters.columns.vote_table`: the votes on every example considered.

    By external id, then pseudonym. Answers given after the version was frozen are left out, where
    the time is known; so are those of excluded annotators, and all but the last answer of
    somebody who judged an example in several rounds.
    """
    labels = list(version.project.labels.order_by("position").values_list("pk", "name"))
    position = {key: place for place, (key, _) in enumerate(labels)}
    called = pseudonyms(version.project)
    considered = (
        version.rows.order_by("pk")
        .annotate(votes_text=Cast("votes", TEXT))
        .values_list("pk", "example", "example__external_id", "votes_text")
    )
    for chunk in chunked(considered.iterator(chunk_size=CHUNK), CHUNK):
        answers = _answers(version, first=chunk[0][0], last=chunk[-1][0])
        for _, example, external_id, counted in chunk:
            given = answers.pop(example, {})
            tally.votes += len(given)
            tally.people.update(given)
            tally.changed_examples += _counts(given.values(), position) != decoded(counted)
            for name, label in sorted((called[who], label) for who, label in given.items()):
                yield external_id, name, labels[position[label]][1]


def _counts(given: Iterable[int], position: Mapping[int, int]) -> list[int]:
    result = [0] * len(position)
    for label in given:
        result[position[label]] += 1
    return result


def _answers(version: DatasetVersion, *, first: int, last: int) -> dict[int, dict[int, int]]:
    """Example key → annotator key → label key, for the rows of these keys and those between."""
    known = Q(answered_at__isnull=True) | Q(answered_at__lte=version.created_at)
    found = (
        Annotation.objects.votes()
        .filter(
            known,
            task__round__project=version.project_id,
            task__example__dataset_rows__version=version,
            task__example__dataset_rows__pk__range=(first, last),
        )
        .order_by("task__round__number", "pk")
        .values_list("task__example", "annotator", "label")
    )
    result: dict[int, dict[int, int]] = {}
    for example, annotator, label in found.iterator(chunk_size=20_000):
        result.setdefault(example, {})[annotator] = label
    return result


def vote_counts(version: DatasetVersion) -> npt.NDArray[np.int64]:
    """(N, K) votes per label of the examples considered, equal rows together."""
    groups = version.rows.annotate(votes_text=Cast("votes", TEXT)).order_by("votes_text")
    grouped = groups.values_list("votes_text").annotate(n=Count("pk"))
    found = known_of(version, "vote-counts", lambda: [(decoded(text), n) for text, n in grouped])
    rows = [(counts, n) for counts, n in found]
    distinct = np.array([counts for counts, _ in rows], dtype=np.int64)
    return np.repeat(distinct, [n for _, n in rows], axis=0)


def votes_state(version: DatasetVersion) -> str:
    """Another text whenever votes of the project came, went or began not to count."""
    votes = Annotation.objects.of(version.project).votes()
    found = votes.aggregate(n=Count("pk"), last=Max("pk"), latest=Max("answered_at"))
    return f"{found['n']} {found['last']} {found['latest']}"


def pseudonyms(project: Project) -> dict[int, str]:
    """Annotator key → what an export calls them: the same in every export of the project.

    A keyed hash that nobody can turn back or try out without this installation's secret key. Who
    came from an export has such a name already, and keeps it.
    """
    people = project.annotators.values_list("pk", "name", "simulated")
    return {key: _pseudonym(project, name, simulated) for key, name, simulated in people}


def _pseudonym(project: Project, name: str, simulated: bool) -> str:
    if PSEUDONYM.fullmatch(name):
        return name
    said = f"export:{project.pk}:{name}".encode()
    digest = hmac.new(settings.SECRET_KEY.encode(), said, hashlib.sha256).hexdigest()
    return f"{'simulated' if simulated else 'annotator'}-{digest[:12]}"


def split_sizes(version: DatasetVersion) -> dict[str, int]:
    """Kept examples per split; "" in versions that had none yet."""
    found = DatasetExample.objects.filter(version=version, drop_reason="")
    return dict(found.values_list(F("split")).annotate(n=Count("pk")).order_by("split"))
