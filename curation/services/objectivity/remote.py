"""Comparisons on Label Studio: pairs out, answers in."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from curation.bulk import chunked
from curation.errors import NothingToDo
from curation.label_studio.comparing import comparison_config
from curation.label_studio.front import Front
from curation.label_studio.records import LabelChoice, RemoteAnnotation, RemoteTask, TaskToPush
from curation.models import Comparison, ObjectivityStudy, Project, StrayAnswer
from curation.services.objectivity.cards import TaskCard, task_card
from curation.services.objectivity.studies import Sides, pairs_of, sides_of
from curation.services.objectivity.wording import (
    CANNOT_SAY,
    CHOICES,
    DEFINITION,
    LEFT,
    QUESTION,
    RIGHT,
)
from curation.services.pulling import pseudonym

PERSON, PROGRAM = "person-", "program-"
REMOTE_NAMES = (PERSON, PROGRAM)  # nobody but those on Label Studio is called so
ON_LABEL_STUDIO = "label-studio"  # whose sides a pair has there: everybody sees the same
PULL_CHUNK = 200


@dataclass(frozen=True, kw_only=True)
class PushedPairs:
    remote_project: int
    pairs: int
    sent: int  # of them now
    moved: int  # comparisons that an earlier remote project, no longer read, had brought


@dataclass(frozen=True, kw_only=True)
class PulledComparisons:
    changed_pairs: int
    comparisons: int  # from Label Studio in the study now
    set_aside: dict[str, int]  # reason → answers of the pairs read now that could not be taken


def push_pairs(
    study: ObjectivityStudy, front: Front, *, url: str, dry_run: bool = False
) -> PushedPairs:
    """Send the study's pairs to Label Studio; whatever is there already is not sent again.

    Raises:
        FrontProblem: the server refused or could not be reached; asking again continues.
    """
    tasks = [_task(sides) for sides in shown_there(study).values()]
    if dry_run:
        return PushedPairs(
            remote_project=study.remote_project or 0, pairs=len(tasks), sent=0, moved=0
        )
    front.check()
    remote_project = front.ensure_project(
        key=f"concord-objectivity-{study.key.hex}",
        title=study.title,
        config=comparison_config(
            [LabelChoice(code=code, title=title) for code, title in CHOICES.items()],
            question=QUESTION,
        ),
        overlap=study.per_pair,
        instructions=DEFINITION,
    )
    moved = _remember(study, url=url, remote_project=remote_project)
    there = front.task_ids(remote_project)
    front.push_tasks(remote_project, tasks, batch=f"pairs-{len(tasks)}")
    return PushedPairs(
        remote_project=remote_project,
        pairs=len(tasks),
        sent=sum(task.external_id not in there for task in tasks),
        moved=moved,
    )


def pull_comparisons(study: ObjectivityStudy, front: Front) -> PulledComparisons:
    """Bring in what changed on Label Studio since the last pull.

    All answers of a changed pair are replaced, so edits, skips and deletions converge; what was
    answered on the page or came from a file stays as it is.

    Raises:
        NothingToDo: the study was not pushed yet.
        FrontProblem: the server refused or could not be reached; asking again continues.
    """
    if study.remote_project is None:
        raise NothingToDo(
            f"Study {study.slug!r} was never sent; run manage.py objectivity push {study.slug}."
        )
    changed = 0
    set_aside: Counter[str] = Counter()
    remote_tasks = front.changed_tasks(study.remote_project, since=study.watermark or None)
    for chunk in chunked(remote_tasks, PULL_CHUNK):
        set_aside += _replace(study, chunk)
        changed += len(chunk)
    return PulledComparisons(
        changed_pairs=changed,
        comparisons=study.comparisons.filter(_from_label_studio()).count(),
        set_aside=dict(set_aside),
    )


def remote_name(email: str) -> str:
    """What the study calls somebody on Label Studio: the pseudonym they have in projects, too."""
    name = pseudonym(email)
    return name if name.startswith(REMOTE_NAMES) else f"{PROGRAM}{name}"


def shown_there(study: ObjectivityStudy) -> dict[str, Sides]:
    """Every pair as all people see it there."""
    return {
        pair: sides_of(study, pair, projects, seen_by=ON_LABEL_STUDIO)
        for pair, projects in pairs_of(study).items()
    }


def _task(sides: Sides) -> TaskToPush:
    left, right = task_card(sides.left), task_card(sides.right)
    return TaskToPush(
        external_id=sides.pair,
        text=f"{left.title} | {right.title}",
        fields={"left": _in_words(left), "right": _in_words(right)},
    )


def _in_words(card: TaskCard) -> str:
    """A card as plain text; Label Studio shows it as it is, whatever is in it."""
    lines = [card.title, card.question, ""]
    for label in card.labels:
        lines.append(f"■ {label.title}" + (f": {label.description}" if label.description else ""))
        lines += [f"   “{example}”" for example in label.examples]
    return "\n".join(line for line in lines if line or card.question)


@transaction.atomic
def _remember(study: ObjectivityStudy, *, url: str, remote_project: int) -> int:
    """Note where the pairs are. What an earlier remote project brought stays, under other names,
    since no pull will tell it again."""
    if (study.server_url, study.remote_project) == (url, remote_project):
        return 0
    earlier = list(study.comparisons.filter(_from_label_studio()))
    mark = uuid.uuid4().hex[:6]
    for comparison in earlier:
        comparison.annotator = f"earlier-{mark}-{comparison.annotator}"
    Comparison.objects.bulk_update(earlier, ["annotator"])
    study.server_url, study.remote_project, study.watermark = url, remote_project, ""
    study.save(update_fields=["server_url", "remote_project", "watermark"])
    return len(earlier)


@transaction.atomic
def _replace(study: ObjectivityStudy, remote_tasks: Sequence[RemoteTask]) -> Counter[str]:
    ObjectivityStudy.objects.select_for_update().get(pk=study.pk)  # one pull at a time
    newest = {task.remote_id: task for task in remote_tasks}  # told twice: the later counts
    sides = shown_there(study)
    set_aside: Counter[str] = Counter()
    taken: list[Comparison] = []
    for task in newest.values():
        if task.external_id not in sides:
            set_aside[StrayAnswer.Reason.UNKNOWN_TASK] += len(task.annotations)
            continue
        for answer, reason in _sorted_out(task.annotations):
            if reason:
                set_aside[reason] += 1
            else:
                taken.append(_comparison(study, sides[task.external_id], answer))
    pairs = [task.external_id for task in newest.values()]
    study.comparisons.filter(_from_label_studio(), pair__in=pairs).delete()
    Comparison.objects.bulk_create(taken)
    study.watermark = max(study.watermark, *(task.updated_at for task in remote_tasks))
    study.save(update_fields=["watermark"])
    return set_aside


def _sorted_out(
    annotations: Sequence[RemoteAnnotation],
) -> Iterator[tuple[RemoteAnnotation, str]]:
    """Each answer, newest first, with the reason why it cannot be taken; "" if it can."""
    answered: set[str] = set()
    newest_first = sorted(
        annotations, key=lambda answer: (answer.updated_at, answer.remote_id), reverse=True
    )
    for answer in newest_first:
        reason = _why_not(answer)
        if not reason and answer.annotator in answered:
            reason = StrayAnswer.Reason.REPEATED
        if not reason:
            answered.add(answer.annotator)
        yield answer, reason


def _why_not(answer: RemoteAnnotation) -> str:
    if answer.skipped:
        return ""
    if len(answer.label_codes) != 1:
        several = bool(answer.label_codes)
        return StrayAnswer.Reason.SEVERAL_LABELS if several else StrayAnswer.Reason.NO_LABEL
    return "" if answer.label_codes[0] in CHOICES else StrayAnswer.Reason.UNKNOWN_LABEL


def _comparison(study: ObjectivityStudy, sides: Sides, answer: RemoteAnnotation) -> Comparison:
    code = CANNOT_SAY if answer.skipped else answer.label_codes[0]
    winners: dict[str, Project | None] = {LEFT: sides.left, RIGHT: sides.right, CANNOT_SAY: None}
    return Comparison(
        study=study,
        annotator=remote_name(answer.annotator),
        pair=sides.pair,
        left=sides.left,
        right=sides.right,
        winner=winners[code],
        seconds=answer.seconds,
    )


def _from_label_studio() -> Q:
    return Q(annotator__startswith=PERSON) | Q(annotator__startswith=PROGRAM)
