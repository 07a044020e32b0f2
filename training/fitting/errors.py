"""What can be wrong with a run folder.

FitError
├── BadConfig      config.json is missing or says something impossible
├── BadDataset     a row file is missing, malformed, or names labels the config does not
├── BadModel       no model was kept, or it cannot be read
├── Diverged       the loss is no number any more
├── OutOfMemory    the machine or the card has too little memory
└── FullDisk       nothing more can be written
"""

from __future__ import annotations


def first_line(error: Exception) -> str:
    """What a foreign error says, cut to its first line; its class where it says nothing.

    >>> first_line(ValueError("no such file\\n  at line 3")), first_line(ValueError())
    ('no such file', 'ValueError')
    """
    return (str(error).strip() or type(error).__name__).splitlines()[0]


class FitError(Exception):
    """A sentence for the user; the process prints it on stderr and exits 1."""


class BadConfig(FitError):
    """The configuration of a run cannot be used."""


class BadDataset(FitError):
    """The rows of a run cannot be used."""


class BadModel(FitError):
    """The model of a run cannot be used."""


class Diverged(FitError):
    """The loss of a run is infinite or no number."""

    def __init__(self, *, loss: float, step: int, steps: int, learning_rate: float) -> None:
        super().__init__(
            f"The loss is {loss} at step {step} of {steps}; lower the learning rate "
            f'({learning_rate:g}), or use precision "fp32".'
        )


class OutOfMemory(FitError):
    """A run needs more memory than there is."""

    def __init__(self) -> None:
        super().__init__(
            "The run ran out of memory; use a smaller batch_size or max_length, a smaller model, "
            "or fewer runs at a time."
        )


class FullDisk(FitError):
    """A file of a run could not be written."""

    def __init__(self) -> None:
        super().__init__(
            "The disk is full, or a file grew beyond what is allowed; make room and start the run "
            "again."
        )
