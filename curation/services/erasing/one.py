"""Forgetting one annotator of one project."""

from __future__ import annotations

import logging
import secrets
import uuid
from dataclasses import dataclass

from django.db import transaction

from curation.bulk import chunked
from curation.errors import BadInput
from curation.models import (
    Annotation,
    AnnotationRound,
    Annotator,
    Lease,
    Participation,
    Project,
)
from curation.services import summaries
from curation.services.annotating.leases import release_held
from curation.services.auditing import record
from curation.services.erasing import traces
from curation.services.quality.books import count_again

LOG = logging.getLogger("concord.audit")
ERASED = "erased-"
TOGETHER = 1_000  # rows in one statement


@dataclass(frozen=True, kw_only=True)
class Erased:
    """What became of somebody; their name is not in it."""

    pseudonym: str  # "" where the votes were removed
    votes_kept: int
    votes_removed: int
    versions: int  # frozen versions of the project; their rows and fingerprints stay as they are


def erase_annotator(project: Project, name: str, *, keep_votes: bool, by: str) -> Erased:
    """Take somebody's name, links and what was written about them out of a project.

    May be killed and repeated at any point: the name goes last.

    Args:
        keep_votes: under a pseudonym that nobody can follow back; else they are removed, and texts
            of open rounds are asked of others.
        by: who did it, for the log.

    Raises:
        BadInput: nobody has that name, or a round on Label Studio would bring them back.
    """
    annotator = project.annotators.filter(name=name).first()
    if annotator is None:
        raise BadInput(
            f"Project {project.slug!r} has no annotator {name!r}; "
            f"manage.py annotators {project.slug} lists them."
        )
    _check_rounds(annotator)
    _give_back(annotator)
    n_votes = annotator.annotations.count()
    if keep_votes:
        pseudonym = _keep(project, annotator, n_votes)
    else:
        pseudonym = _remove(project, annotator, n_votes)
        summaries.refresh(project, anew=True)
    erased = Erased(
        pseudonym=pseudonym,
        votes_kept=n_votes if keep_votes else 0,
        votes_removed=0 if keep_votes else n_votes,
        versions=project.dataset_versions.count(),
    )
    _log(project, erased, by=by)
    return erased


def _log(project: Project, erased: Erased, *, by: str) -> None:
    """A line for whoever runs the server, who may not read the audit log."""
    fields = {
        "project": project.slug,
        "pseudonym": erased.pseudonym or "none",
        "votes": "kept" if erased.pseudonym else "removed",
        "number": erased.votes_kept + erased.votes_removed,
        "by": by,
    }
    LOG.warning("an annotator was erased", extra={"fields": fields})


def _check_rounds(annotator: Annotator) -> None:
    remote = AnnotationRound.objects.filter(
        participations__annotator=annotator, front=AnnotationRound.Front.LABEL_STUDIO
    ).exclude(state=AnnotationRound.State.CLOSED)
    if (found := remote.order_by("number").first()) is not None:
        slug = annotator.project.slug
        raise BadInput(
            f"Round {found.number} on Label Studio still exchanges this person's answers and would "
            f"bring them back; close it first (manage.py rounds {slug} close {found.number}) and "
            "delete their account there."
        )


def _give_back(annotator: Annotator) -> None:
    """Let others have the texts in this person's hands."""
    parts = Participation.objects.filter(annotator=annotator).select_related("round__project")
    for part in parts.order_by("pk"):
        with transaction.atomic():
            Participation.objects.select_for_update().get(pk=part.pk)
            release_held(part)


@transaction.atomic
def _keep(project: Project, annotator: Annotator, n_votes: int) -> str:
    pseudonym = f"{ERASED}{secrets.token_hex(5)}"
    _give_back(annotator)  # what they took since; from here on they get nothing
    Lease.objects.filter(participation__annotator=annotator).delete()
    for part in Participation.objects.filter(annotator=annotator):
        Participation.objects.filter(pk=part.pk).update(
            key=uuid.uuid4(), agreed_at=None, seen_at=None
        )
    annotator.annotations.update(key=None)
    traces.clear_free_text(annotator)
    traces.rename_elsewhere(project, annotator.name, pseudonym)
    Annotator.objects.filter(pk=annotator.pk).update(name=pseudonym)
    traces.forget_worked_out(project)
    after = {"votes": "kept", "number": n_votes}
    record("annotator.erased", project=project, thing=pseudonym, after=after)
    return pseudonym


def _remove(project: Project, annotator: Annotator, n_votes: int) -> str:
    Annotator.objects.filter(pk=annotator.pk).update(standing=Annotator.Standing.EXCLUDED)
    annotator.standing = Annotator.Standing.EXCLUDED
    count_again(annotator)  # their votes count no more, so rows may go without another look
    keys = annotator.annotations.order_by("pk").values_list("pk", flat=True)
    for chunk in chunked(list(keys), TOGETHER):
        Annotation.objects.filter(pk__in=chunk).delete()
    with transaction.atomic():
        _give_back(annotator)  # what they took since; from here on they get nothing
        traces.remove_traces(annotator)
        traces.remove_elsewhere(project, annotator.name)
        traces.rename_elsewhere(project, annotator.name, ERASED.rstrip("-"))
        annotator.delete()
        summaries.expire(project)
        traces.forget_worked_out(project)
        record("annotator.erased", project=project, after={"votes": "removed", "number": n_votes})
    return ""
