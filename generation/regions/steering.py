"""Whose mistakes a run asks for, and on which real texts they were seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from curation.errors import BadInput

TRAIN, TEST = "train", "test"
OPTIMISTIC = (
    "What is asked for was read off the test set (as counts, never as text), so scores on the same "
    "test rows of classifiers trained on these texts are optimistic. The honest way: import at "
    "least 100 real training texts and use --regions-from train, or score on other rows."
)
THROWN_AWAY = (
    "Texts that the classifier gets right are not kept, so it may take several times the calls "
    "estimated; --top-up and --patience say how many at most."
)


@dataclass(frozen=True, kw_only=True)
class Steering:
    """How a classifier's mistakes decide what is asked for and what is kept."""

    run_key: str = ""  # of a training run, "training:12"; "" = the newest
    regions_from: str = ""  # TRAIN or TEST; "" = TRAIN where there are enough real texts
    right_from: float = 0.5  # p of the intended label from which a text counts as right, (0, 1]
    predictions_key: str = ""  # whose predictions the regions were read from, once they were
    rows: Mapping[str, Sequence[int]] = field(default_factory=dict)
    # label → the number of rows behind each of its sentences

    def __post_init__(self) -> None:
        if not isinstance(self.run_key, str):
            raise BadInput(f"The run key is {self.run_key!r}, but it must be like training:12.")
        if self.regions_from not in ("", TRAIN, TEST):
            raise BadInput(
                f"Regions cannot be read from {self.regions_from!r}; choose {TRAIN} or {TEST}."
            )
        is_number = isinstance(self.right_from, int | float)
        if not is_number or not 0 < self.right_from <= 1:
            raise BadInput(
                f"A text cannot count as right from p = {self.right_from}; give a share above 0, "
                "at most 1."
            )

    def as_params(self) -> dict[str, Any]:
        """What the run keeps of it."""
        return {
            "run_key": self.run_key,
            "regions_from": self.regions_from,
            "right_from": float(self.right_from),
            "predictions_key": self.predictions_key,
            "region_rows": {label: list(counts) for label, counts in self.rows.items()},
        }

    @property
    def warnings(self) -> tuple[str, ...]:
        """What somebody who plans such a run must know."""
        return (*steering_warnings(self.as_params()), THROWN_AWAY)


def steering_warnings(params: Mapping[str, Any]) -> tuple[str, ...]:
    """What somebody who reads a run's results must know; () for most runs."""
    return (OPTIMISTIC,) if params.get("regions_from") == TEST else ()
