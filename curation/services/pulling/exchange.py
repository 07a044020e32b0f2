"""One exchange with a front: what changed comes in, what is wanted goes out."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from curation.errors import CurationError, JobCancelled
from curation.label_studio.front import Front
from curation.models import AnnotationRound
from curation.progress import Progress, silent
from curation.services.pulling.following import FollowedUp, follow_up
from curation.services.pulling.pulling import Pulled, pull_annotations
from curation.services.pulling.replacing import PullUnderWay

LOG = logging.getLogger("concord.label_studio")


@dataclass(frozen=True, kw_only=True)
class Exchanged:
    pulled: Pulled
    followed: FollowedUp
    note: str  # a sentence, if the server is not what it was


def exchange(target: AnnotationRound, front: Front, *, progress: Progress = silent) -> Exchanged:
    """Pull, then ask for the votes that are still wanted; both converge however often repeated.

    Why it failed is written to `round.trouble`, which every success clears.

    Raises:
        NothingToDo: the round was not pushed yet.
        FrontProblem: the server refused or could not be reached; the next exchange goes on.
    """
    rounds = AnnotationRound.objects.filter(pk=target.pk)
    rounds.update(hinted_at=None)  # a hint that comes from here on is for the next exchange
    try:
        note = note_version(target, front.check().version)
        pulled = pull_annotations(target, front, progress=progress)
        followed = follow_up(target, front, progress=progress)
    except (JobCancelled, PullUnderWay):
        raise
    except CurationError as error:
        note_trouble(target, str(error))
        raise
    rounds.exclude(trouble="").update(trouble="")
    return Exchanged(pulled=pulled, followed=followed, note=note)


def note_trouble(target: AnnotationRound, sentence: str) -> None:
    """Write down why an exchange failed."""
    length = AnnotationRound._meta.get_field("trouble").max_length
    target.trouble = sentence[:length]
    target.save(update_fields=["trouble"])


def note_version(target: AnnotationRound, version: str) -> str:
    """Note the server's version; a sentence if it has changed."""
    before = target.server_version
    if version == before:
        return ""
    target.server_version = version
    target.save(update_fields=["server_version"])
    if not before:
        return ""
    sentence = f"Label Studio at {target.server_url} is version {version} now; it was {before}."
    LOG.warning("round %s: %s", target.pk, sentence)
    return sentence
