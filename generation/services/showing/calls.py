"""One call: what was sent, what came back as it came, and what became of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from curation.reporting import LabelStyle
from generation.models import Call, Draft
from generation.prompting.conversation import Turn, conversation
from generation.providers.base import Message
from generation.scheduling.budget import written_amount
from generation.scheduling.shares import call_seed
from generation.services.runs import alike_before
from generation.services.showing.drafts import DraftLine, draft_lines, styles_by_key
from generation.services.showing.secrecy import LEAKS, copies_of_tests, masked

MOST_DRAFTS = 200
STATUS_WORDS: dict[str, str] = {
    Call.Status.SENT: "on its way, or its process was killed",
    Call.Status.ANSWERED: "answered",
    Call.Status.REFUSED: "refused for good",
    Call.Status.LOST: "lost on the way",
}
KIND_WORDS: dict[str, str] = {
    Call.Kind.WRITE: "Writing",
    Call.Kind.LABEL: "Labelling",
    Call.Kind.VALUES: "A list of values",
}


@dataclass(frozen=True, kw_only=True)
class CallStory:
    """A call for the page. Texts too near to a test text are masked wherever they stand."""

    call: Call
    kind: str
    status: str
    label: LabelStyle | None
    sent: Sequence[Message]
    answer: str
    masked: bool
    drafts: list[DraftLine]
    cost: str
    doubtful: str
    number: int | None  # among the calls of its label, from 0; None where it is about no label
    seed: int | None  # that was sent with it
    previous: Call | None  # the turn before in its conversation
    next: Call | None


def call_story(call: Call) -> CallStory:
    """All about one call; `call.run.project` is at hand."""
    styles = styles_by_key(call.run.project)
    turns = _turns(call)
    secret = _secret(call, turns)
    answers = {turn: masked(one.answer, secret[one.pk]) for turn, one in turns.items()}
    before = [
        Turn(added=turns[turn].messages, answer=answers[turn]) for turn in _before(call, turns)
    ]
    drafts = Draft.objects.filter(call=call)
    if call.kind == Call.Kind.LABEL:
        drafts = Draft.objects.filter(labelled_by=call)
    currency = call.run.price.get("currency", "")
    return CallStory(
        call=call,
        kind=KIND_WORDS[call.kind],
        status="answered by a call of an earlier run" if call.cached else STATUS_WORDS[call.status],
        label=styles.get(call.label_id or 0),
        sent=conversation(before, added=call.messages),
        answer=answers[call.turn],
        masked=answers[call.turn] != call.answer,
        drafts=draft_lines(drafts, call.run.project, styles, limit=MOST_DRAFTS)[::-1],
        cost=written_amount(call.spent, currency=currency) if currency else "not known",
        doubtful=written_amount(call.doubtful, currency=currency) if currency else "",
        number=_number(call),
        seed=_seed(call, styles),
        previous=turns.get(call.turn - 1),
        next=turns.get(call.turn + 1),
    )


def _number(call: Call) -> int | None:
    """The call's number as its request carried it."""
    if call.kind == Call.Kind.VALUES:
        return None
    turns = call.run.params.get("turns", 1) if call.kind == Call.Kind.WRITE else 1
    return int(call.conversation * turns + call.turn)


def _seed(call: Call, styles: Mapping[int, LabelStyle]) -> int | None:
    number, label = _number(call), styles.get(call.label_id or 0)
    if number is None or label is None:
        return None
    name = label.name if call.kind == Call.Kind.WRITE else f"labelling of {label.name}"
    return call_seed(call.run.seed, label=name, number=number, repeated=alike_before(call.run))


def _turns(call: Call) -> dict[int, Call]:
    """The calls of its conversation, by turn; a conversation has few."""
    calls = Call.objects.filter(
        run=call.run_id, kind=call.kind, label=call.label_id, conversation=call.conversation
    )
    return {one.turn: one for one in calls.order_by("turn")} | {call.turn: call}


def _before(call: Call, turns: Mapping[int, Call]) -> list[int]:
    return [turn for turn in sorted(turns) if turn < call.turn]


def _secret(call: Call, turns: Mapping[int, Call]) -> dict[int, list[str]]:
    """Call key → texts of its answer that must not be read, the longest first."""
    rejected = Draft.objects.filter(call__in=[one.pk for one in turns.values()]).rejected()
    rows = list(rejected.values_list("call", "text", "reason"))
    copies = copies_of_tests(
        call.run.project, [text for _, text, code in rows if code not in LEAKS]
    )
    secret: dict[int, list[str]] = defaultdict(list)
    for key, text, code in sorted(rows, key=lambda row: -len(row[1])):
        if text and (code in LEAKS or text in copies):
            secret[key].append(text)
    return secret
