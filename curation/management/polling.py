"""What a worker does beside its jobs for rounds on Label Studio: it sees that they are pulled."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from curation import jobs
from curation.models import AnnotationRound, Job
from curation.services.operations.carrying_on import carrying_on
from curation.services.rounds.polling import due_rounds, poll_params, polls_of

DELIVERIES_KEPT = timedelta(hours=1)  # the dispatcher keeps a row of each, for ever
QUEUE = "fronts"  # of its own, so that a long training run does not keep answers waiting


def poll_rounds() -> int:
    """Start a pull of every round that is due; how many. Several workers may do so at a time."""
    started = 0
    for target in due_rounds(timezone.now()):
        with carrying_on(f"asking for round {target.number} of {target.project.slug}"):
            started += _start(target)
    return started


@transaction.atomic
def _start(target: AnnotationRound) -> bool:
    AnnotationRound.objects.select_for_update().only("pk").get(pk=target.pk)
    polls = polls_of(target)
    if polls.active().exists():
        return False  # another worker was quicker
    params = poll_params(target)
    # one row a round is enough to see how polling goes; the others would bury the project's jobs
    polls.exclude(state__in=[Job.State.READY, Job.State.RUNNING]).delete()
    DBTaskResult.objects.filter(
        queue_name=QUEUE, finished_at__lt=timezone.now() - DELIVERIES_KEPT
    ).delete()
    jobs.start("pull", target.project, params, queue=QUEUE)
    return True
