"""What open rounds need from time to time, whether anybody is at work in them or not."""

from __future__ import annotations

from django.db import transaction

from curation.models import AnnotationRound
from curation.services.annotating.leases import release_expired
from curation.services.annotating.rounds import ENGINE_FRONTS
from curation.services.annotating.settling import needs_plan
from curation.services.operations.carrying_on import carrying_on


def look_after_rounds() -> list[AnnotationRound]:
    """Give abandoned tasks back to the line; name the rounds whose stopping plan is to be renewed.

    A round of Label Studio is not among them: each pull renews its plan.
    """
    rounds = AnnotationRound.objects.filter(
        front__in=ENGINE_FRONTS, state=AnnotationRound.State.OPEN
    ).select_related("project")
    stale = []
    for target in rounds.defer("plan"):
        with carrying_on(f"looking after round {target.number} of {target.project.slug}"):
            while _release(target):
                pass
            if needs_plan(target):
                stale.append(target)
    return stale


@transaction.atomic
def _release(target: AnnotationRound) -> int:
    return release_expired(target)
