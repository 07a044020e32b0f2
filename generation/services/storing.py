"""Answers into rows: a call, its drafts and its examples are written together or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F

from curation.models import Example, Label, Project
from curation.services.examples import NewExample, add_examples
from generation.errors import RunTakenOver
from generation.models import Call, Draft, GenerationRun
from generation.prompting.base import Brief
from generation.prompting.parse import TRUNCATED, ParsedText, parse_answer
from generation.providers.base import Completion, Message
from generation.screening.characters import storable
from generation.screening.duplicates import text_key
from generation.screening.screen import SURPLUS, Screen
from generation.services.asking import Asked


@dataclass(kw_only=True)
class Desk:
    """A run at work: what it asks, and the screen its drafts go through."""

    run: GenerationRun
    asked: Asked
    brief: Brief
    screen: Screen
    newest: int = 0  # key of the newest example the screen knows

    def take_hold(self) -> None:
        """Lock the project's generation, check that the run is still ours, learn new texts."""
        Project.objects.select_for_update(no_key=True).get(pk=self.run.project_id)
        mine = GenerationRun.objects.filter(pk=self.run.pk, claim=self.run.claim)
        if not mine.filter(status=GenerationRun.Status.RUNNING).update(claim=self.run.claim):
            raise RunTakenOver(number=self.run.number)
        self.learn()

    def learn(self) -> None:
        """Make the screen know the examples stored since it last looked, whoever stored them."""
        fresh = Example.objects.filter(project=self.run.project_id, pk__gt=self.newest)
        rows = fresh.order_by("pk").values_list("pk", "text", "split")
        for self.newest, text, split in rows.iterator():
            pool = split == Example.Split.POOL
            (self.screen.known if pool else self.screen.kept_apart).add(text_key(text))


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One answered call, before it is stored."""

    label: Label
    conversation: int
    turn: int
    added: Sequence[Message]  # to the conversation, by this turn
    completion: Completion
    seconds: float


@transaction.atomic
def store_answer(desk: Desk, answer: Answer, *, room: int) -> int:
    """Write down a call with its drafts and examples; how many examples there are.

    Args:
        desk: whose run it belongs to.
        answer: what came back.
        room: examples of the label still wanted; good texts beyond it are kept as surplus.

    Raises:
        RunTakenOver: another process has the run now; nothing is written.
    """
    desk.take_hold()
    call = _store_call(desk.run, answer)
    parsed = _parsed(call, answer.label, n_texts=desk.brief.n_texts)
    judged = desk.screen.judge(parsed, room=room)
    drafts = [
        Draft(call=call, position=text.position, text=text.text, reason=text.reason)
        for text in judged
    ]
    Draft.objects.bulk_create(drafts)
    accepted = [draft for draft in drafts if not draft.reason]
    _add_examples(desk.run, accepted)
    surplus = sum(draft.reason == SURPLUS for draft in drafts)
    _count(
        desk.run,
        accepted=len(accepted),
        surplus=surplus,
        rejected=len(drafts) - len(accepted) - surplus,
        prompt_tokens=call.prompt_tokens or 0,
        completion_tokens=call.completion_tokens or 0,
    )
    return len(accepted)


@transaction.atomic
def take_surplus(desk: Desk, label: Label, *, room: int) -> int:
    """Turn surplus drafts of earlier calls into examples, up to `room`; how many there are."""
    desk.take_hold()
    surplus = Draft.objects.filter(call__run=desk.run, call__label=label, reason=SURPLUS)
    accepted: list[Draft] = []
    changed: list[Draft] = []
    for draft in surplus.select_related("call__label").order_by("pk"):
        draft.reason = desk.screen.verdict(ParsedText(text=draft.text), room=room - len(accepted))
        if draft.reason == SURPLUS:
            break
        changed.append(draft)
        if not draft.reason:
            accepted.append(draft)
    Draft.objects.bulk_update(changed, ["reason"])
    _add_examples(desk.run, accepted)
    rejected = len(changed) - len(accepted)
    _count(desk.run, accepted=len(accepted), surplus=-len(changed), rejected=rejected)
    return len(accepted)


def _store_call(run: GenerationRun, answer: Answer) -> Call:
    completion = answer.completion
    return Call.objects.create(
        run=run,
        label=answer.label,
        conversation=answer.conversation,
        turn=answer.turn,
        messages=list(answer.added),
        answer=storable(completion.text),
        model=storable(completion.model)[:200],
        prompt_tokens=completion.prompt_tokens,
        completion_tokens=completion.completion_tokens,
        finish_reason=storable(completion.finish_reason)[:30],
        seconds=answer.seconds,
    )


def _parsed(call: Call, label: Label, *, n_texts: int) -> list[ParsedText]:
    """The answer's texts. Of a list of lines that was cut off, the last is not to be trusted."""
    words = frozenset({label.name.casefold(), label.title.casefold()})
    texts = parse_answer(call.answer, label_words=words, n_texts=n_texts)
    last = texts[-1]
    complete = call.answer.rstrip().endswith(("]", "}", "```", '"', ","))
    if call.finish_reason == "length" and not complete and not last.reason:
        return [*texts[:-1], ParsedText(text=last.text, reason=TRUNCATED)]
    return texts


def _add_examples(run: GenerationRun, drafts: Sequence[Draft]) -> None:
    """Hand accepted drafts to the hub, and tie each to the example it became."""
    if not drafts:
        return
    by_id = {_external_id(run, draft): draft for draft in drafts}
    rows = [_new_example(run, draft, external_id) for external_id, draft in by_id.items()]
    add_examples(run.project, rows)
    stored = run.project.examples.filter(external_id__in=by_id)
    for key, external_id in stored.values_list("pk", "external_id"):
        by_id[external_id].example_id = key
    Draft.objects.bulk_update(drafts, ["example"])


def _external_id(run: GenerationRun, draft: Draft) -> str:
    call = draft.call
    place = f"{call.conversation}/{call.turn}/{draft.position}"
    return f"g{run.number}/{run.method}/{call.label.name}/{place}"


def _new_example(run: GenerationRun, draft: Draft, external_id: str) -> NewExample:
    call = draft.call
    return NewExample(
        external_id=external_id,
        text=draft.text,
        source=Example.Source.SYNTHETIC,
        split=Example.Split.POOL,
        intended_label=call.label.name,
        provenance={
            "run": run.number,
            "provider": run.provider,
            "model": run.model,
            "method": run.method,
            "prompt_version": run.prompt_version,
            "seed": run.seed,
            "conversation": call.conversation,
            "turn": call.turn,
            "position": draft.position,
        },
    )


def _count(run: GenerationRun, **more: int) -> None:
    changes: dict[str, Any] = {name: F(name) + number for name, number in more.items()}
    GenerationRun.objects.filter(pk=run.pk).update(**changes)
