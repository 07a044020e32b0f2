"""Answers into rows: calls, their drafts and their examples are written together or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from curation.bulk import update_rows
from curation.models import Example, Label
from curation.services.examples import NewExample, append_examples
from generation.models import Call, Draft, GenerationRun
from generation.models.calls import UNLABELLED
from generation.prompting.parse import ParsedText, ends_early, parse_answer
from generation.providers.base import Completion
from generation.screening.characters import storable
from generation.screening.screen import SURPLUS, JudgedText
from generation.services.desk import Desk
from generation.services.drafts import NewDraft, insert_drafts
from generation.services.planned import Planned

ANSWERED_FIELDS = [
    "status", "cached", "answer", "problem", "model", "prompt_tokens", "completion_tokens",
    "finish_reason", "attempts", "seconds", "doubtful", "spent",
]  # fmt: skip

AnyDraft: TypeAlias = Draft | NewDraft


@dataclass(kw_only=True)
class Batch:
    """What one transaction writes down."""

    calls: list[Call] = field(default_factory=list)
    drafts: list[NewDraft] = field(default_factory=list)
    changed: list[Draft] = field(default_factory=list)  # labelled now
    counts: dict[str, int] = field(default_factory=dict)

    def count(self, **more: int) -> None:
        for name, number in more.items():
            self.counts[name] = self.counts.get(name, 0) + number

    def write(self, desk: Desk) -> None:
        """Examples first, so that each draft is written with the example it became."""
        drafts: list[AnyDraft] = [*self.drafts, *self.changed]
        accepted = [draft for draft in drafts if not draft.reason]
        _add_examples(desk, accepted)
        insert_drafts(self.drafts)
        update_rows(
            Draft, ["reason", "detail", "labelled_by", "assigned_label", "example"], self.changed
        )
        update_rows(Call, ANSWERED_FIELDS, self.calls)
        faults = [draft.reason for draft in drafts if draft.reason not in ("", SURPLUS, UNLABELLED)]
        desk.reasons.update(faults)
        surplus = sum(draft.reason == SURPLUS for draft in self.drafts)
        self.count(accepted=len(accepted), rejected=len(faults), surplus=surplus)
        desk.count(**self.counts)


def fill_in(call: Call, completion: Completion, *, seconds: float, attempts: int) -> None:
    """Put an answer on its row."""
    call.status = Call.Status.ANSWERED
    call.answer = storable(completion.text)
    call.model = storable(completion.model)[:200]
    call.prompt_tokens = completion.prompt_tokens
    call.completion_tokens = completion.completion_tokens
    call.finish_reason = storable(completion.finish_reason)[:30]
    call.seconds = seconds
    call.attempts = attempts


def judged_drafts(desk: Desk, planned: Planned, call: Call, *, room: int) -> list[NewDraft]:
    """The texts of a writing call's answer, each with its verdict; not written yet.

    With a labelling pass, the ones that pass are UNLABELLED at first.
    """
    assert planned.label is not None
    parsed = parsed_texts(call, planned.label, n_texts=planned.request.n_texts)
    judged = desk.screen.judge(parsed, room=room, label=planned.label.name, kin=planned.kin)
    drafts = [_draft(call, text) for text in judged]
    _last_check(desk, drafts, planned.label, room=room)
    if desk.asked.options.label_last:
        for draft in drafts:
            draft.reason = draft.reason or UNLABELLED
    return drafts


def _draft(call: Call, text: JudgedText) -> NewDraft:
    return NewDraft(
        call=call,
        position=text.position,
        text=text.text,
        reason=text.reason,
        detail=text.detail[:200],
        family=storable(text.family)[:100],
    )


def _last_check(desk: Desk, drafts: Sequence[NewDraft], label: Label, *, room: int) -> None:
    """Ask the run's own gate, if it has one, about the texts that passed the screening.

    Surplus is asked about too: where the gate makes room, the next ones of the answer take it.
    """
    passed = [draft for draft in drafts if draft.reason in ("", SURPLUS)]
    if desk.gate is None or not passed:
        return
    reasons = desk.gate([draft.text for draft in passed], label.name)
    for draft, reason in zip(passed, reasons, strict=True):
        draft.reason = reason or draft.reason
    room -= sum(not draft.reason for draft in passed)
    for draft in passed:
        if draft.reason == SURPLUS and room > 0:
            text = ParsedText(text=draft.text)
            draft.reason = desk.screen.verdict(text, room=room, label=label.name)
            room -= not draft.reason


def parsed_texts(call: Call, label: Label, *, n_texts: int) -> list[ParsedText]:
    """The answer's texts, whole or with the reason why they are not."""
    if call.finish_reason == "content_filter":
        return [ParsedText(text=call.answer, reason="content_filtered")]
    words = frozenset({label.name.casefold(), label.title.casefold()})
    cut_off = ends_early(call.finish_reason)
    return parse_answer(call.answer, label_words=words, n_texts=n_texts, cut_off=cut_off)


def _add_examples(desk: Desk, drafts: Sequence[AnyDraft]) -> None:
    """Hand accepted drafts to the hub, and tie each to the example it became."""
    if not drafts:
        return
    rows = [_new_example(desk.run, draft) for draft in drafts]
    keys = append_examples(desk.run.project, rows, label_keys=desk.label_keys)
    for draft, key in zip(drafts, keys, strict=True):
        draft.example_id = key
    desk.remember(max(keys))


def external_id(run: GenerationRun, draft: AnyDraft) -> str:
    call = draft.call
    assert call.label is not None
    place = f"{call.conversation}/{call.turn}/{draft.position}"
    return f"g{run.number}/{run.method}/{call.label.name}/{place}"


def _new_example(run: GenerationRun, draft: AnyDraft) -> NewExample:
    call = draft.call
    assert call.label is not None
    provenance: dict[str, Any] = {
        "run": run.number,
        "provider": run.provider,
        "model": run.model,
        "method": run.method,
        "prompt_version": run.prompt_version,
        "seed": run.seed,
        "conversation": call.conversation,
        "turn": call.turn,
        "position": draft.position,
    }
    if call.cell:
        provenance["cell"] = call.cell
    if draft.family:
        provenance["family"] = draft.family
    if draft.assigned_label is not None:
        provenance["assigned_label"] = draft.assigned_label.name
    return NewExample(
        external_id=external_id(run, draft),
        text=draft.text,
        source=Example.Source.SYNTHETIC,
        split=Example.Split.POOL,
        intended_label=call.label.name,
        provenance=provenance,
    )
