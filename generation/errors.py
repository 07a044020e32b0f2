"""What can go wrong while a language model writes, as sentences.

CurationError
├── BadInput
│   └── SeedPoolTooSmall     fewer real examples of a label than a prompt shows
├── ProviderProblem          the provider refused, failed or could not be reached
│   └── NoMoreAnswers        the provider has nothing more for this label; the others go on
├── NothingGenerated         the run ended without one acceptable example
└── RunTakenOver             another process has taken this run up
"""

from __future__ import annotations

from curation.errors import BadInput, CurationError


class SeedPoolTooSmall(BadInput):
    def __init__(self, *, label: str, shots: int, found: int) -> None:
        super().__init__(
            f"A few-shot prompt shows {shots} real examples of label {label!r}, but the project's "
            f"train split has {found}; import some with: manage.py import_examples SLUG FILE "
            "--split train, or ask for fewer with --shots."
        )


class ProviderProblem(CurationError):
    """What had been answered before is kept; the same command continues from there."""


class NoMoreAnswers(ProviderProblem):
    """The provider has nothing more to say for one label."""


class NothingGenerated(CurationError):
    """Not one answer held an acceptable example."""


class RunTakenOver(CurationError):
    def __init__(self, *, number: int) -> None:
        super().__init__(
            f"Another process has taken up generation run {number}, so this one has stopped; "
            "let the other one finish."
        )
