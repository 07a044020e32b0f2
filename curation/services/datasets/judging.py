"""In which rounds the texts of a version were judged."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from curation.models import Annotation, AnnotationRound, DatasetExample, DatasetVersion
from curation.services.datasets.known import is_small, known_of


def rounds_of(version: DatasetVersion) -> QuerySet[AnnotationRound]:
    """Rounds with votes on the version's texts that were there when it was frozen, by number."""
    keys = known_of(version, "judged-in", lambda: _keys(version))
    return version.project.rounds.filter(pk__in=keys).order_by("number")


def _keys(version: DatasetVersion) -> list[int]:
    """Of a small version by its texts' votes; of a large one round by round, to be kept.

    A round's question ends at the first vote found: no join over all votes.
    """
    project, frozen = version.project, version.created_at
    early = Q(created_at__lte=frozen)
    if frozen < project.created_at:  # brought in with its votes, whose round is as new as all else
        early |= Q(front=AnnotationRound.Front.VOTES)
    votes = Annotation.objects.votes().filter(
        Q(answered_at__isnull=True) | Q(answered_at__lte=frozen)
    )
    rounds = project.rounds.filter(early)
    if is_small(version):
        own = votes.filter(task__round__in=rounds, task__example__dataset_rows__version=version)
        return list(own.order_by().values_list("task__round", flat=True).distinct())
    inside = DatasetExample.objects.filter(version=version, example=OuterRef("task__example"))
    found = []
    for key in rounds.order_by("number").values_list("pk", flat=True):
        given = votes.filter(task__round=key)
        # the first is no more than a filter of the second, but a round without votes ends there
        if given.exists() and given.filter(Exists(inside)).exists():
            found.append(key)
    return found
