"""A call as it is planned, and how it is written down before it is sent."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from curation.models import Label, Project
from generation.models import Call, GenerationRun
from generation.prompting.conversation import Turn, conversation
from generation.providers.base import CompletionRequest, Message
from generation.scheduling.budget import Price

OVERHEAD = 16  # tokens that roles and separators of one message add at most


@dataclass(eq=False, kw_only=True)
class Talk:
    """One conversation; without diversity prompts it has a single turn."""

    number: int
    turns: list[Turn] = field(default_factory=list)  # finished ones


@dataclass(eq=False, kw_only=True)
class Planned:
    """One call to be asked, with all that its answer is judged by."""

    kind: str  # Call.Kind
    label: Label | None
    talk: Talk
    added: Sequence[Message]  # to the conversation, by this call
    request: CompletionRequest
    cell: Mapping[str, str] = field(default_factory=dict)
    kin: Sequence[str] = ()  # texts it was shown to rewrite
    drafts: Sequence[int] = ()  # keys of the drafts it is to label
    reserved: int = 0  # nanos
    doubtful: int = 0  # nanos, for attempts that broke off
    counted_on: bool = True  # whether its texts are expected; not once it is overdue
    row: Call | None = None  # once it is written down

    @property
    def turn(self) -> int:
        return len(self.talk.turns)

    def reserve_for(self, price: Price | None) -> int:
        """The most the call can cost, in nanos: no tokenizer makes more tokens than bytes."""
        if price is None or price.free:
            return 0
        sent = sum(len(message["content"].encode()) for message in self.request.messages)
        sent += OVERHEAD * (len(self.request.messages) + 1)
        if self.request.schema is not None:
            sent += len(json.dumps(dict(self.request.schema)))
        return price.nanos(sent=sent, written=self.request.max_tokens)

    def cost(self, price: Price | None, *, sent: int | None, written: int | None) -> int:
        """Nanos for an answer: by the tokens counted, else all that was set aside."""
        if price is None or sent is None or written is None:
            return self.reserved
        return price.nanos(sent=sent, written=written)

    def as_row(self, run: GenerationRun) -> Call:
        """The call as it is written down before it is sent."""
        return Call(
            run=run,
            kind=self.kind,
            label=self.label,
            conversation=self.talk.number,
            turn=self.turn,
            status=Call.Status.SENT,
            key=answer_key(run, self.request),
            n_texts=self.request.n_texts,
            cell=dict(self.cell),
            messages=list(self.added),
            reserved=self.reserved,
        )


def messages_of(talk: Talk, added: Sequence[Message]) -> tuple[Message, ...]:
    """The whole conversation that the next call of `talk` sends."""
    return conversation(talk.turns, added=added)


def answer_key(run: GenerationRun, request: CompletionRequest) -> str:
    """SHA-256 over all that decides the answer, the run apart, as 64 hexadecimal digits."""
    content: dict[str, Any] = {
        "provider": run.provider,
        "model": run.model,
        "base_url": run.base_url,
        "identity": run.params["identity"],
        "messages": list(request.messages),
        "temperature": request.temperature,
        "max_tokens": request.max_tokens,
        "seed": request.seed,
        "schema": dict(request.schema) if request.schema else None,
    }
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def known_answers(rows: Sequence[Call], project: Project) -> dict[str, Call]:
    """Earlier answers to exactly these requests in other projects, by key.

    Not in this one: the texts are there already, and each would be its own duplicate.
    """
    found = Call.objects.answered().filter(key__in=[row.key for row in rows], cached=False)
    return {call.key: call for call in found.exclude(run__project=project)}
