"""One call on its way through the engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from generation.errors import ProviderProblem
from generation.scheduling.allowance import Allowance


class Reply(Protocol):
    """What the engine reads in an answer."""

    @property
    def allowance(self) -> Allowance | None: ...

    @property
    def tokens(self) -> int | None:
        """Sent and written together; None where the provider does not count."""
        ...


Request = TypeVar("Request")
Answer = TypeVar("Answer", bound=Reply)


class Withdrawn(ProviderProblem):
    """The run ended while the call waited to be asked again; the model has not answered it."""


@dataclass(eq=False, kw_only=True)
class Errand(Generic[Request, Answer]):
    """A request from when it is written down to when its outcome is.

    At the end it has an answer or a problem.
    """

    request: Request
    tokens: float  # expected, sent and written together
    spread: float = 0.0  # in [0, 1), its own share of every jitter
    answer: Answer | None = None  # there from the beginning: known already, not to be asked
    problem: ProviderProblem | None = None
    fault: BaseException | None = None  # of the program itself; ends the run
    attempts: int = 0  # that failed, refusals for haste (429) apart
    refusals: int = 0
    seconds: float = 0.0  # of the last attempt
    started: float | None = field(default=None, repr=False)  # when it was sent last
    first_sent: float | None = field(default=None, repr=False)


class Source(Protocol[Request, Answer]):
    """Where calls come from and where outcomes go; called from the caller's thread alone."""

    def claim(self, n: int) -> Sequence[Errand[Request, Answer]]:
        """Up to `n` calls to be asked now, each written down before this returns.

        May return fewer when calls depend on answers that are still under way.
        """
        ...

    def more(self) -> bool:
        """Whether `claim` may still give a call, now that none is under way."""
        ...

    def settle(self, errands: Sequence[Errand[Request, Answer]]) -> None:
        """Take outcomes in, for good."""
        ...

    def overdue(self, errand: Errand[Request, Answer]) -> None:
        """The call takes far longer than others: count on it no more, though it may still come.

        Said again if it is sent again and again takes so long.
        """
        ...

    def doubt(self, errand: Errand[Request, Answer]) -> bool:
        """An attempt broke off and may have to be paid for. May the call be asked once more?"""
        ...
