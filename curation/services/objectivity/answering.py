"""What one person is asked, what they answer, and taking the last answer back."""

from __future__ import annotations

import math
from dataclasses import dataclass

from django.db import transaction

from curation.comparisons import next_pair
from curation.errors import AnnotationRefused
from curation.models import Comparison, ObjectivityStudy, Project
from curation.services.objectivity.studies import (
    Sides,
    comparisons_per_pair,
    pair_name,
    pairs_of,
    sides_of,
)

LONGEST_SECONDS = 3_600.0  # somebody who took longer was away


@dataclass(frozen=True, kw_only=True)
class Answered:
    """An answer that was taken."""

    repeated: bool  # it was there already, word for word


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How far one person is."""

    answered: int
    whole: int  # pairs this person is asked about
    finished: bool


def standing_of(study: ObjectivityStudy, annotator: str) -> Standing:
    """How far `annotator` is. Somebody whom nothing is left to ask is finished, too."""
    per_pair = comparisons_per_pair(study)
    mine = _answered_pairs(study, annotator)
    open_pairs = sum(n < study.per_pair for pair, n in per_pair.items() if pair not in mine)
    whole = min(study.per_annotator, len(mine) + open_pairs)
    return Standing(answered=len(mine), whole=max(whole, len(mine)), finished=len(mine) >= whole)


def next_comparison(study: ObjectivityStudy, annotator: str, *, again: str = "") -> Sides | None:
    """The pair this person is asked about next; None when nothing is left for them.

    The least compared pair that this person has not answered, as long as it has not all the
    comparisons it needs; by a hash where several are equal, so that people begin at different
    ones.

    Args:
        annotator: already a pseudonym.
        again: a pair to be shown in any case, if this person may answer it: one taken back.
    """
    if standing_of(study, annotator).finished:
        return None
    pairs, mine = pairs_of(study), _answered_pairs(study, annotator)
    if again in pairs and again not in mine:
        return sides_of(study, again, pairs[again], seen_by=annotator)
    wanting = {
        (first.slug, second.slug): n
        for (first, second), n in zip(
            pairs.values(), comparisons_per_pair(study).values(), strict=True
        )
        if n < study.per_pair
    }
    answered = {(a.slug, b.slug) for pair, (a, b) in pairs.items() if pair in mine}
    chosen = next_pair(wanting, answered, annotator, seed=study.pk)
    if chosen is None:
        return None
    pair = pair_name(*chosen)
    return sides_of(study, pair, pairs[pair], seen_by=annotator)


def asked_about(study: ObjectivityStudy, annotator: str, pair: str) -> Sides:
    """The pair as this person sees it.

    Raises:
        AnnotationRefused: the study has no such pair (404).
    """
    pairs = pairs_of(study)
    if pair not in pairs:
        raise AnnotationRefused(
            "This answer is about a pair that the study does not have; reload the page.", status=404
        )
    return sides_of(study, pair, pairs[pair], seen_by=annotator)


@transaction.atomic
def answer_comparison(
    study: ObjectivityStudy,
    annotator: str,
    pair: str,
    winner: Project | None,
    seconds: float | None = None,
) -> Answered:
    """Write down which task of the pair this person finds more objective; None: cannot say.

    The same answer again changes nothing; another one replaces the first, as long as this person
    still has pairs to answer.

    Args:
        annotator: already a pseudonym.
        pair: as `next_comparison` told it.
        seconds: time this person took, if known; what cannot be a time is not kept.

    Raises:
        AnnotationRefused: no such pair (404), the winner is none of its tasks (400), or this
            person has answered all they were asked (409).
    """
    sides = asked_about(study, annotator, pair)
    if winner is not None and winner.pk not in (sides.left.pk, sides.right.pk):
        raise AnnotationRefused(
            "This answer names a task that was not asked about; reload the page.", status=400
        )
    ObjectivityStudy.objects.select_for_update().get(pk=study.pk)  # one answer at a time
    stored = study.comparisons.filter(annotator=annotator, pair=pair).first()
    if stored is not None and stored.winner_id == (winner.pk if winner else None):
        return Answered(repeated=True)
    if study.comparisons.filter(annotator=annotator).count() >= study.per_annotator:
        raise AnnotationRefused(
            "You have answered all you were asked; nothing was changed.", status=409
        )
    study.comparisons.update_or_create(
        annotator=annotator,
        pair=pair,
        defaults={
            "left": sides.left,
            "right": sides.right,
            "winner": winner,
            "seconds": _time_taken(seconds),
        },
    )
    return Answered(repeated=False)


@transaction.atomic
def take_back(study: ObjectivityStudy, annotator: str) -> str:
    """Forget this person's last answer, also after their last pair. Returns its pair.

    Raises:
        AnnotationRefused: there is none (409).
    """
    last: Comparison | None = study.comparisons.filter(annotator=annotator).order_by("pk").last()
    if last is None:
        raise AnnotationRefused("There is no answer of yours to take back.", status=409)
    last.delete()
    return last.pair


def _answered_pairs(study: ObjectivityStudy, annotator: str) -> set[str]:
    """Pairs of the study this person has answered."""
    return set(study.comparisons.filter(annotator=annotator).values_list("pair", flat=True))


def _time_taken(seconds: float | None) -> float | None:
    if seconds is None or not math.isfinite(seconds):
        return None
    return seconds if 0 <= seconds <= LONGEST_SECONDS else None
