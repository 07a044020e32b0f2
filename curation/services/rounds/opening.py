"""A round on Label Studio is opened and given its tasks."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from math import ceil

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from curation.assignment import Checks
from curation.bulk import insert_rows
from curation.errors import NothingToDo
from curation.models import AnnotationRound, Example, Participation, Project, Task
from curation.services.annotating.rounds import RoundOptions, check_options, known_texts
from curation.services.auditing import record
from curation.services.rounds.undecided import undecided_examples

_Text = tuple[str, int, str]  # an example's id, its key, and what it is to be asked for


@dataclass(frozen=True, kw_only=True)
class NewRound:
    """A wish for a further round beside those there are."""

    options: RoundOptions = field(default_factory=RoundOptions)
    only_undecided: bool = False  # leave out texts whose votes so far decide keep or drop


@transaction.atomic
def open_round(
    project: Project, *, url: str, simulated: bool, wish: NewRound | None
) -> AnnotationRound:
    """The newest open round on this server, with the texts that came since; or a new one.

    Args:
        wish: open a new one, like this, whatever there is. None: only if there is none.

    Raises:
        BadInput: the wish contradicts itself.
        NothingToDo: no text is left to ask about.
    """
    Project.objects.select_for_update().get(pk=project.pk)  # texts wait until we are through
    if wish is None:
        known = _newest(project, url=url, simulated=simulated)
        if known is not None:
            add_later_texts(known)
            return known
        wish = NewRound()
    target = _create(project, wish.options, url=url, simulated=simulated)
    keep_out: Collection[int] = ()
    if wish.only_undecided:
        pool = Example.objects.filter(project=project).pool()
        keep_out = set(pool.values_list("pk", flat=True)) - undecided_examples(target)
    texts = _pool_without(target).values_list("external_id", "pk")
    votes = [(name, key, Task.Purpose.VOTE) for name, key in texts if key not in keep_out]
    if not votes:
        raise NothingToDo(
            f"The votes so far decide about every text of {project.slug!r}; there is nothing to "
            "ask again."
        )
    _add_tasks(target, votes + _checks(target, wish.options.checks, votes=len(votes)))
    said = {"front": target.front, "server": url, "overlap": target.overlap}
    record("round.opened", project=project, thing=f"round {target.number}", after=said)
    return target


def _newest(project: Project, *, url: str, simulated: bool) -> AnnotationRound | None:
    """The newest open round on this server; None if there was never one.

    Raises:
        NothingToDo: all are closed; asking every text anew must be said.
    """
    rounds = project.rounds.filter(
        front=AnnotationRound.Front.LABEL_STUDIO, server_url=url, simulated=simulated
    )
    newest = rounds.filter(state=AnnotationRound.State.OPEN).last()
    if newest is None and (last := rounds.last()) is not None:
        raise NothingToDo(
            f"Round {last.number} of {project.slug!r} is {last.state}; go on with it after "
            f"manage.py labelstudio reopen {project.slug} --round {last.number}, or open another "
            "with --new-round."
        )
    return newest


def _create(
    project: Project, options: RoundOptions, *, url: str, simulated: bool
) -> AnnotationRound:
    overlap = options.overlap or project.overlap
    check_options(options, overlap=overlap)
    return AnnotationRound.objects.create(
        project=project,
        number=_next_number(project),
        front=AnnotationRound.Front.LABEL_STUDIO,
        overlap=overlap,
        first_overlap=options.first,
        gamma=None if options.first is None else (options.gamma or project.threshold),
        confidence=options.confidence,
        most_skips=options.most_skips,
        checks=options.checks.as_json(),
        invited_only=options.invited_only,
        server_url=url,
        simulated=simulated,
    )


@transaction.atomic
def succeed(lost: AnnotationRound) -> AnnotationRound:
    """A new round for a remote project that was made anew because the old one is gone.

    The lost round keeps its votes and is closed; its key, which the new remote project carries,
    moves on.
    """
    successor = AnnotationRound.objects.get(pk=lost.pk)
    successor.pk, successor.number = None, _next_number(lost.project)
    successor.remote_project, successor.watermark, successor.pulled_at = None, "", None
    successor.plan, successor.plan_votes, successor.planned_at = None, 0, None
    lost.key, lost.state = uuid.uuid4(), AnnotationRound.State.CLOSED
    lost.save(update_fields=["key", "state"])
    successor.save(force_insert=True)
    tasks = lost.tasks.values_list("example__external_id", "example", "purpose")
    _add_tasks(successor, list(tasks))
    Participation.objects.bulk_create(  # who was invited still is
        Participation(
            round=successor,
            annotator_id=part.annotator_id,
            state=part.state,
            agreed_at=part.agreed_at,
        )
        for part in lost.participations.order_by("pk")
    )
    return successor


def add_later_texts(target: AnnotationRound) -> int:
    """Tasks for pool texts that came after the round was opened, or that no round asks about."""
    elsewhere = Task.objects.filter(round__project=target.project, example=OuterRef("pk"))
    later = _pool_without(target).filter(Q(created_at__gte=target.created_at) | ~Exists(elsewhere))
    names = later.values_list("external_id", "pk")
    return _add_tasks(target, [(name, key, Task.Purpose.VOTE) for name, key in names])


def _pool_without(target: AnnotationRound) -> QuerySet[Example]:
    """Pool texts that the round does not ask about; those set aside by hand are left out."""
    asked = target.tasks.filter(purpose=Task.Purpose.VOTE)
    return Example.objects.filter(project=target.project).to_judge().not_among(asked)


def _add_tasks(target: AnnotationRound, texts: Sequence[_Text]) -> int:
    """One task per text and purpose; how many.

    Annotators see the tasks' keys on the front, so checks are mixed with the others: neither the
    order nor the size of a key may tell what a task is for.
    """
    shuffled = sorted(texts, key=lambda text: _digest(text[2], text[0]))
    first = target.first_overlap or target.overlap
    books = {Task.Purpose.VOTE.value: (first, first)}
    insert_rows(
        Task,
        ["round", "example", "purpose", "wanted", "due"],
        ((target.pk, key, purpose, *books.get(purpose, (0, 0))) for _, key, purpose in shuffled),
    )
    return len(shuffled)


def _checks(target: AnnotationRound, checks: Checks, *, votes: int) -> list[_Text]:
    """Texts with known answers, as many as make the share that was asked for.

    Label Studio shows everybody every one of them, so a few are enough. A text that came twice
    would give itself away: none serves two purposes as long as others are free.
    """
    wishes = {
        Task.Purpose.GOLD: ceil(checks.gold * votes),
        Task.Purpose.ATTENTION: ceil(checks.attention * votes),
        Task.Purpose.QUALIFICATION: checks.qualification,
    }
    chosen: list[_Text] = []
    for purpose, texts in known_texts(target.project, checks).items():
        used = {key for _, key, _ in chosen}
        drawn = sorted(
            texts.values_list("external_id", "pk"),
            key=lambda text: (text[1] in used, _digest(str(target.key), text[0])),
        )
        chosen += [(name, key, purpose) for name, key in drawn[: wishes[purpose]]]
    return chosen


def _digest(seed: str, name: str) -> bytes:
    """By which texts are put in an order that nobody can foretell."""
    return hashlib.sha256(f"{seed}{name}".encode()).digest()


def _next_number(project: Project) -> int:
    return (project.rounds.aggregate(last=Max("number"))["last"] or 0) + 1
