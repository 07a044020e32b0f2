"""What can go wrong while a language model writes, as sentences.

CurationError
├── BadInput
│   ├── SeedPoolTooSmall     fewer real examples of a label than a prompt shows
│   ├── PriceMissing         a cap was set, but nobody knows what the model costs
│   └── NoValues             an attribute (a topic list, say) has no values to draw from
├── ProviderProblem          the provider refused or cannot be reached; asking again is no use
│   ├── ProviderAway         it answers nobody at this moment; a job waits and goes on
│   ├── NoMoreAnswers        the provider has nothing more for this label; the others go on
│   ├── CallRefused          this one call will never be answered; the others go on
│   ├── TooManyRequests      too much at once; the engine waits and asks again
│   └── NoAnswer             something broke on the way; the engine asks again
├── NothingGenerated         the run ended without one acceptable example
└── RunTakenOver             another process has taken this run up
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from curation.errors import BadInput, CurationError

if TYPE_CHECKING:
    from generation.scheduling.allowance import Allowance


class SeedPoolTooSmall(BadInput):
    def __init__(self, *, label: str, shots: int, found: int, real: int, share: float) -> None:
        super().__init__(
            f"A prompt of this method shows {shots} real examples of label {label!r}, but {found} "
            f"may be shown: {share:.0%} of the {real} in the project's train split. Import more "
            "with: manage.py import_examples SLUG FILE --split train, raise --seed-share, or ask "
            "for fewer with --shots."
        )


class PriceMissing(BadInput):
    def __init__(self, *, model: str) -> None:
        super().__init__(
            f"Nobody knows what {model!r} costs, so a cap cannot be kept. Give its price per "
            "million tokens with --price SENT WRITTEN (0 0 for a model of your own), or leave the "
            "cap out."
        )


class NoValues(BadInput):
    def __init__(self, *, attribute: str) -> None:
        super().__init__(
            f"The project has no values for {attribute!r}, and this method draws one for each "
            f"call. Have them written with: manage.py attributes SLUG {attribute} --write 50, or "
            f"give your own: manage.py attributes SLUG {attribute} --from FILE (one a line)."
        )


class ProviderProblem(CurationError):
    """What had been answered before is kept; the same command continues from there."""


class ProviderAway(ProviderProblem):
    """The provider answered no call for a while: it is away, overloaded or hangs."""


class NoMoreAnswers(ProviderProblem):
    """The provider has nothing more to say for one label."""


class CallRefused(ProviderProblem):
    """This call will not be answered, however often it is asked.

    reason: "content_filtered", "context_too_long" or "failed".
    billed: the model may have worked on the last attempt, so it may have to be paid for.
    """

    def __init__(self, message: str, *, reason: str, billed: bool = False) -> None:
        super().__init__(message)
        self.reason = reason
        self.billed = billed


class TooManyRequests(ProviderProblem):
    """The server wants fewer requests (429).

    retry_after: seconds it asks to wait; None where it does not say.
    allowance: what it says about its limits; None where it says nothing.
    """

    def __init__(
        self, message: str, *, retry_after: float | None, allowance: Allowance | None
    ) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.allowance = allowance


class NoAnswer(ProviderProblem):
    """The server failed, was silent or was cut off; the same request may do better.

    billed: the model may have worked on it, so it may have to be paid for.
    overload: a sign of too much at once (503, a time-out).
    retry_after: seconds the server asks to wait; None where it does not say.
    """

    def __init__(
        self,
        message: str,
        *,
        billed: bool = False,
        overload: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.billed = billed
        self.overload = overload
        self.retry_after = retry_after


class NothingGenerated(CurationError):
    """Not one answer held an acceptable example."""


class RunTakenOver(CurationError):
    def __init__(self, *, number: int) -> None:
        super().__init__(
            f"Another process has taken up generation run {number}, so this one has stopped; "
            "let the other one finish."
        )
