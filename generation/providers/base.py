"""What every provider of answers looks like: one request in, one completion out."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypedDict


class Message(TypedDict):
    """One message of a conversation; role is "system", "user" or "assistant"."""

    role: str
    content: str


@dataclass(frozen=True, kw_only=True)
class CompletionRequest:
    """One call: the whole conversation so far, and what is asked of the next answer."""

    label: str  # code of the label the texts are to have
    number: int  # of the label's call in its run, from 0, counted on over conversations
    messages: tuple[Message, ...]
    n_texts: int  # asked for in this call
    temperature: float
    max_tokens: int  # of the answer
    seed: int  # in [0, 2³¹)


@dataclass(frozen=True, kw_only=True)
class Completion:
    """One answer, as it came."""

    text: str
    model: str  # as the provider names what answered
    prompt_tokens: int | None = None  # None: the provider does not count
    completion_tokens: int | None = None
    finish_reason: str = ""  # "stop", "length" (cut off), "content_filter", ... as given


@dataclass(frozen=True, kw_only=True)
class ProviderSettings:
    """What a provider is made from. Keys are not here: a provider reads them where they lie."""

    method: str
    labels: tuple[str, ...]  # codes
    model: str = ""
    base_url: str = ""
    recordings: Path | None = None
    wait: Callable[[float], bool] = field(default_factory=lambda: threading.Event().wait)
    # waits so many seconds between two attempts; True: stop asking


class Provider(Protocol):
    """Something that answers. `complete` is called from several threads at once.

    The three names are stored with the run and are part of its fingerprint.
    """

    model: str  # what was asked for
    base_url: str  # where, "" when nowhere; holds no key
    identity: str  # what else makes it this one and no other, "" when nothing does
    replays: bool  # the same request always gets the same answer, at once and for nothing

    def complete(self, request: CompletionRequest) -> Completion:
        """Answer one request.

        Raises:
            NoMoreAnswers: nothing is left for this label.
            ProviderProblem: anything else that asking again now would not mend.
        """
        ...

    def close(self) -> None:
        """Let go of connections; nothing is asked afterwards."""
        ...
