"""What can be done about an annotator, each with its line in the audit trail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from curation.errors import BadInput
from curation.models import Annotator, AnnotatorAction, Participation
from curation.services.annotating.leases import release_held
from curation.services.auditing import record
from curation.services.quality.books import count_again
from curation.services.quality.impact import Impact, impact_of_requeue

STANDINGS = Annotator.Standing
KINDS = AnnotatorAction.Kind


@dataclass(frozen=True, kw_only=True)
class Verb:
    """One thing that can be done: from which standings, to which, and how it is written down."""

    start: tuple[str, ...]
    end: str
    kind: str  # AnnotatorAction.Kind


VERBS: dict[str, Verb] = {
    "warn": Verb(start=(STANDINGS.GOOD,), end=STANDINGS.WARNED, kind=KINDS.WARNED),
    "pause": Verb(
        start=(STANDINGS.GOOD, STANDINGS.WARNED), end=STANDINGS.PAUSED, kind=KINDS.PAUSED
    ),
    "resume": Verb(
        start=(STANDINGS.WARNED, STANDINGS.PAUSED), end=STANDINGS.GOOD, kind=KINDS.RESUMED
    ),
    "requeue": Verb(
        start=(STANDINGS.GOOD, STANDINGS.WARNED, STANDINGS.PAUSED),
        end=STANDINGS.EXCLUDED,
        kind=KINDS.REQUEUED,
    ),
    "restore": Verb(start=(STANDINGS.EXCLUDED,), end=STANDINGS.GOOD, kind=KINDS.RESTORED),
}
COUNTING = ("requeue", "restore")  # verbs that change whose votes count
AS_IT_STANDS: dict[str, str] = {
    STANDINGS.GOOD: "in good standing",
    STANDINGS.WARNED: "warned",
    STANDINGS.PAUSED: "paused",
    STANDINGS.EXCLUDED: "set aside: their votes do not count",
}


@dataclass(frozen=True, kw_only=True)
class Done:
    changed: bool  # False: it stood like that already
    standing: str
    impact: Impact | None  # of requeue and restore
    sentence: str


def verbs_for(annotator: Annotator) -> list[str]:
    """What can be done about this person as they stand."""
    return [name for name, verb in VERBS.items() if annotator.standing in verb.start]


def act(
    annotator: Annotator,
    verb: str,
    *,
    reason: str,
    by: str,
    told: str = "",
    evidence: Mapping[str, Any] | None = None,
) -> Done:
    """Warn, pause, resume, requeue or restore somebody, and write down why.

    `requeue` sets their votes aside: they do not count any more, and in rounds of our own engine
    their texts are asked of others. `restore` lets them count again; votes that others gave
    meanwhile stay. Doing what is done already changes nothing, but takes up counting that was
    interrupted. Safe while people answer.

    Args:
        verb: a key of `VERBS`.
        reason: why, for those who run the project.
        by: user name, or "rule".
        told: what a warned person reads on their page; "" for the usual words.
        evidence: their figures and flags at this moment.

    Raises:
        BadInput: no such verb, no reason, or it does not fit how they stand.
    """
    rule = _rule_of(verb)
    reason = _checked_reason(reason)
    impact = impact_of_requeue(annotator) if verb in COUNTING else None
    kept = {**(evidence or {}), **({"told": told.strip()} if told.strip() else {})}
    with transaction.atomic():
        parts = Participation.objects.filter(annotator=annotator).order_by("pk")
        list(parts.select_for_update().values_list("pk"))  # no answer of theirs is under way now
        standing = Annotator.objects.select_for_update().get(pk=annotator.pk).standing
        changed = standing != rule.end
        if changed:
            _check(annotator, verb, standing)
            Annotator.objects.filter(pk=annotator.pk).update(standing=rule.end)
            AnnotatorAction.objects.create(
                annotator=annotator,
                kind=rule.kind,
                reason=reason,
                figures=kept,
                tasks=impact.tasks if impact else 0,
                by=by,
            )
            _note(annotator, rule, before=standing)
    annotator.standing = rule.end
    _follow_up(annotator, verb)
    return Done(
        changed=changed,
        standing=rule.end,
        impact=impact if changed else None,
        sentence=f"{annotator.name} {'is now' if changed else 'was already'} "
        f"{AS_IT_STANDS[rule.end]}.",
    )


def _checked_reason(reason: str) -> str:
    if not reason.strip():
        raise BadInput("Say why; the reason is kept with the action.")
    return reason.strip()


def _note(annotator: Annotator, rule: Verb, *, before: str) -> None:
    """A line in the audit log beside the action itself; by key, since a line cannot be erased."""
    record(
        f"annotator.{rule.kind}",
        project=annotator.project,
        thing=f"annotator {annotator.pk}",
        before={"standing": before},
        after={"standing": rule.end},
    )


def _rule_of(verb: str) -> Verb:
    if verb not in VERBS:
        raise BadInput(f"Nobody can be {verb!r}; there are {', '.join(VERBS)}.")
    return VERBS[verb]


def _check(annotator: Annotator, verb: str, standing: str) -> None:
    if standing in VERBS[verb].start:
        return
    others = [name for name, other in VERBS.items() if standing in other.start]
    raise BadInput(
        f"{annotator.name} is {AS_IT_STANDS[standing]}, so {verb} does not fit; "
        f"what fits is {' or '.join(others)}."
    )


def _follow_up(annotator: Annotator, verb: str) -> None:
    """Give back what they hold, and count again where votes changed."""
    if verb in {"pause", "requeue"}:
        mine = Participation.objects.filter(annotator=annotator).select_related("round__project")
        for part in mine.order_by("pk"):
            with transaction.atomic():
                Participation.objects.select_for_update().get(pk=part.pk)
                release_held(part)
    if verb in COUNTING:
        count_again(annotator)
