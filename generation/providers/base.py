"""What every provider of answers looks like: one request in, one completion out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypedDict

from generation.scheduling.allowance import Allowance


class Message(TypedDict):
    """One message of a conversation; role is "system", "user" or "assistant"."""

    role: str
    content: str


@dataclass(frozen=True, kw_only=True)
class CompletionRequest:
    """One call: the whole conversation so far, and what is asked of the next answer."""

    label: str  # code of the label the texts are to have; "" when the call is about none
    number: int  # of the label's call in its run, from 0, counted on over conversations
    messages: tuple[Message, ...]
    n_texts: int  # asked for in this call
    temperature: float
    max_tokens: int  # of the answer
    seed: int  # in [0, 2³¹)
    schema: Mapping[str, Any] | None = (
        None  # JSON schema of the answer, for servers that keep to it
    )


@dataclass(frozen=True, kw_only=True)
class Completion:
    """One answer, as it came."""

    text: str
    model: str  # as the provider names what answered
    prompt_tokens: int | None = None  # None: the provider does not count
    completion_tokens: int | None = None
    finish_reason: str = ""  # "stop", "length" (cut off), "content_filter", ... as given
    allowance: Allowance | None = None  # what the server said about its limits

    @property
    def tokens(self) -> int | None:
        """Sent and written together; None where the provider does not count."""
        if self.prompt_tokens is None or self.completion_tokens is None:
            return None
        return self.prompt_tokens + self.completion_tokens


@dataclass(frozen=True, kw_only=True)
class ProviderSettings:
    """What a provider is made from.

    `key` serves where the environment gives none. It is opened for this and written down nowhere.
    """

    method: str
    labels: tuple[str, ...]  # codes
    model: str = ""
    base_url: str = ""
    key: str = field(default="", repr=False)
    recordings: Path | None = None  # a recording, or a grammar
    seed: int = 0
    extra: Mapping[str, Any] = field(default_factory=dict)  # a provider's own settings


class Provider(Protocol):
    """Something that answers. `complete` runs on an event loop, many at the same time.

    The three names are stored with the run and are part of its fingerprint.
    """

    model: str  # what was asked for
    base_url: str  # where, "" when nowhere; holds no key
    identity: str  # what else makes it this one and no other, "" when nothing does
    replays: bool  # the same request always gets the same answer, at once and for nothing
    resumes: bool
    # a call that was under way when its run ended or its process died may be asked again: the
    # provider finds its answer, and it is not paid for twice; so nobody waits for it at the end

    async def complete(self, request: CompletionRequest) -> Completion:
        """Answer one request, in one attempt.

        Raises:
            NoMoreAnswers: nothing is left for this label.
            CallRefused: this request will never be answered.
            TooManyRequests: the server wants it slower.
            NoAnswer: something broke; another attempt may succeed.
            ProviderProblem: anything else; asking on is no use.
        """
        ...

    async def close(self) -> None:
        """Let go of connections; nothing is asked afterwards."""
        ...
