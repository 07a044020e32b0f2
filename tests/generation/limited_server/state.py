"""What the endpoints share: the settings in force, the limits, the ledger, the model's work."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.generation.limited_server.answers import (
    Answer,
    completion,
    prompt_tokens,
    write_answer,
)
from tests.generation.limited_server.config import ServerConfig
from tests.generation.limited_server.draws import Fate, fate, request_hash
from tests.generation.limited_server.ledger import Bill, Ledger
from tests.generation.limited_server.limits import Limits


@dataclass(frozen=True, kw_only=True)
class Work:
    """One request with what the model makes of it, decided before it is admitted."""

    request: Mapping[str, Any]
    hash: str
    fate: Fate
    answer: Answer
    prompt_tokens: int

    @property
    def billed_tokens(self) -> int:
        return self.prompt_tokens + self.answer.tokens

    def asked_tokens(self) -> int:
        """Prompt and what the answer may take at most, as OpenAI counts at admission."""
        asked = self.request
        limit = asked.get("max_completion_tokens") or asked.get("max_tokens") or self.answer.tokens
        return self.prompt_tokens + int(limit)

    def body(self) -> dict[str, Any]:
        return completion(self.request, self.hash, self.answer, usage=self.fate.counts_tokens)


class State:
    """One running server."""

    def __init__(self, config: ServerConfig) -> None:
        self.config = config
        self.ledger = Ledger(config.log)
        self.limits = Limits(config, now=time.monotonic())

    def configure(self, changes: Mapping[str, Any]) -> None:
        """Change settings; limits start full again, counts go on."""
        changed = self.config.changed(changes)
        if changed.log != self.config.log:
            raise ValueError("the log is named once, at the start")
        self.config, self.limits = changed, Limits(changed, now=time.monotonic())

    def reset(self) -> None:
        """Forget all counts, bills and attempts, and fill the limits. The log file goes on."""
        self.ledger.close()
        self.ledger = Ledger(self.config.log)
        self.limits = Limits(self.config, now=time.monotonic())

    def consider(self, request: Mapping[str, Any]) -> Work:
        """What the model would make of the next attempt at this request."""
        hashed = request_hash(request)
        attempt = self.ledger.attempts[hashed] + 1
        drawn = fate(self.config, request, hashed, attempt=attempt)
        return Work(
            request=request,
            hash=hashed,
            fate=drawn,
            answer=write_answer(self.config, request, hashed, drawn, attempt=attempt),
            prompt_tokens=prompt_tokens(request),
        )


def bill_for(work: Work, *, outcome: str, batch: bool = False) -> Bill:
    return Bill(
        time=time.time(),
        hash=work.hash,
        seed=work.request.get("seed"),
        prompt_tokens=work.prompt_tokens,
        completion_tokens=work.answer.tokens,
        outcome=outcome,
        batch=batch,
    )
