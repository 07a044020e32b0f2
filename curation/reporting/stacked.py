"""How a set divides into labels, as one bar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from curation.reporting.palette import LabelStyle


@dataclass(frozen=True, kw_only=True)
class Segment:
    """One label's part of a bar."""

    label: LabelStyle
    examples: int
    x: float  # percent
    width: float  # percent


def stacked_bar(counts: Sequence[tuple[LabelStyle, int]]) -> list[Segment]:
    """Segments side by side in label order; together 100 % wide, or nothing when all are 0.

    >>> joke, news = LabelStyle(name="j", title="Joke", position=0), LabelStyle(
    ...     name="n", title="News", position=1)
    >>> [(part.x, part.width) for part in stacked_bar([(joke, 1), (news, 3)])]
    [(0.0, 25.0), (25.0, 75.0)]
    """
    total = sum(examples for _, examples in counts)
    segments = []
    before = 0
    for label, examples in counts:
        segments.append(
            Segment(
                label=label,
                examples=examples,
                x=round(100 * before / total, 3) if total else 0.0,
                width=round(100 * examples / total, 3) if total else 0.0,
            )
        )
        before += examples
    return segments
