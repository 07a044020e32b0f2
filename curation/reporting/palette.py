"""One colour per label, the same on every page and in every chart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

COLOURS = 8  # Okabe–Ito; tokens.css holds the values under the same numbers
SHADES = 5  # of agreement, in tokens.css


def agreement_shade(agreement: float) -> int:
    """Step of the sequential scale, 0 disputed to 4 unanimous.

    Args:
        agreement: a_i in (0, 1].

    >>> [agreement_shade(a) for a in (0.4, 3 / 5, 2 / 3, 0.7, 4 / 5, 1.0)]
    [0, 1, 1, 2, 3, 4]
    """
    tenths = int((agreement - 0.5) * 10 + 1e-9)  # 0.6 is a little less than 0.6
    return min(SHADES - 1, max(0, tenths))


@dataclass(frozen=True, kw_only=True)
class LabelStyle:
    """How pages name and colour one label."""

    name: str  # the stable code
    title: str  # what people read
    position: int

    @property
    def css(self) -> str:
        """Class that sets the label's colour; after eight labels the colours start again."""
        return f"label-{self.position % COLOURS}"


def label_styles(labels: Iterable[tuple[str, str]]) -> list[LabelStyle]:
    """Styles of (name, title) pairs in label order.

    >>> [style.css for style in label_styles([("joke", "Joke"), ("news", "News")])]
    ['label-0', 'label-1']
    """
    return [
        LabelStyle(name=name, title=title, position=position)
        for position, (name, title) in enumerate(labels)
    ]
