"""One row of an export."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ExportRow:
    """One kept example, with what its label rests on."""

    id: str
    text: str
    label: str  # aggregated
    intended_label: str  # "" where nobody intended one
    agreement: float  # share of the most frequent label, in (0, 1]
    entropy: float  # 0 unanimous to 1 evenly split
    probability: float  # the aggregator's, of the label
    votes: dict[str, int]  # per label, every label named
    source: str  # "synthetic" or "real"
