"""What a point's colour says: one byte for each point, into a legend.

Votes, labels and predictions are those of the table of texts, as old as it says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from curation.bulk import chunked
from curation.errors import BadInput
from curation.models import Example, ExampleSummary, Project
from curation.reporting import LabelStyle
from curation.reporting.palette import agreement_shade

READ = 10_000  # texts asked for together
COLOURINGS = {
    "source": "where texts come from",
    "intended": "the intended label",
    "label": "the label of the most votes",
    "agreement": "agreement",
    "error": "the classifier’s errors",
    "aside": "what was set aside by hand",
}

Codes = npt.NDArray[np.uint8]
Row = tuple[Any, ...]


@dataclass(frozen=True, kw_only=True)
class Shade:
    """One entry of a legend."""

    code: int
    title: str
    css: str  # class that sets the colour
    form: str = "dot"  # "dot", "ring" or "diamond": no colour has to be told apart alone


@dataclass(frozen=True, kw_only=True)
class Colouring:
    """How rows are coded."""

    columns: tuple[str, ...]
    code: Callable[..., int]


def legend_of(by: str, styles: Sequence[LabelStyle]) -> list[Shade]:
    """What the codes of a colouring mean.

    Args:
        by: a key of COLOURINGS.
        styles: the project's labels.
    """
    return _LEGENDS[by](styles)


def codes_of(project: Project, by: str, keys: npt.NDArray[np.int64]) -> Codes:
    """(N,) what the texts with these ascending keys are coded as; 0 for one that is gone.

    Raises:
        BadInput: no such colouring.
    """
    if by not in COLOURINGS:
        raise BadInput(f"A map is coloured by {', '.join(COLOURINGS)}, not by {by!r}.")
    colouring = _colouring(project, by)
    codes = np.zeros(len(keys), dtype=np.uint8)
    coded: dict[Row, int] = {}
    start = 0
    for some in chunked(keys.tolist(), READ):
        place = {key: start + number for number, key in enumerate(some)}
        for key, *row in _rows(project, some, colouring.columns):
            said = tuple(row)
            if said not in coded:
                coded[said] = colouring.code(*said)
            if key in place:
                codes[place[key]] = coded[said]
        start += len(some)
    return codes


def _rows(project: Project, keys: list[int], columns: Sequence[str]) -> Iterator[Row]:
    """Key and columns of the texts with these ascending keys, and of some between them."""
    rows = ExampleSummary.objects.filter(project=project, pk__gte=keys[0], pk__lte=keys[-1])
    if keys[-1] - keys[0] >= 2 * len(keys):  # a sample: most of those between are not wanted
        rows = rows.filter(pk__in=keys)
    return rows.order_by().values_list("pk", *columns).iterator(chunk_size=5_000)


def _colouring(project: Project, by: str) -> Colouring:
    labels = {key: 1 + place for key, place in project.labels.values_list("pk", "position")}
    tie = 1 + len(labels)
    ways = {
        "source": Colouring(
            columns=("source",), code=lambda source: int(source == Example.Source.REAL)
        ),
        "intended": Colouring(columns=("intended_id",), code=lambda key: labels.get(key, 0)),
        "label": Colouring(
            columns=("label_id", "votes"),
            code=lambda key, votes: labels.get(key, tie if votes else 0),
        ),
        "agreement": Colouring(columns=("agreement",), code=shade_of),
        "error": Colouring(columns=("label_id", "predicted_id"), code=_compared),
        "aside": Colouring(columns=("aside",), code=int),
    }
    return ways[by]


def shade_of(agreement: float) -> int:
    """0 without votes, then 1 disputed to 5 unanimous, as everywhere else.

    >>> [shade_of(a) for a in (0.0, 0.4, 0.6, 2 / 3, 0.8, 1.0)]
    [0, 1, 2, 2, 4, 5]
    """
    if not agreement:
        return 0
    return 1 + agreement_shade(agreement)


def _compared(label: int | None, predicted: int | None) -> int:
    if label is None or predicted is None:
        return 0
    return 1 if label == predicted else 2


def _of_labels(first: str) -> Callable[[Sequence[LabelStyle]], list[Shade]]:
    def legend(styles: Sequence[LabelStyle]) -> list[Shade]:
        named = [
            Shade(code=1 + style.position, title=style.title, css=style.css) for style in styles
        ]
        return [Shade(code=0, title=first, css="faint", form="ring"), *named]

    return legend


def _of_votes(styles: Sequence[LabelStyle]) -> list[Shade]:
    tie = Shade(code=1 + len(styles), title="a tie", css="even", form="diamond")
    return [*_of_labels("no votes")(styles), tie]


def _of_agreement(styles: Sequence[LabelStyle]) -> list[Shade]:
    words = ("below 0.6", "0.6 to 0.7", "0.7 to 0.8", "0.8 to 0.9", "0.9 to 1")
    shades = [
        Shade(code=1 + step, title=said, css=f"agree-{step}") for step, said in enumerate(words)
    ]
    return [Shade(code=0, title="no votes", css="faint", form="ring"), *shades]


_LEGENDS: dict[str, Callable[[Sequence[LabelStyle]], list[Shade]]] = {
    "source": lambda styles: [
        Shade(code=0, title="synthetic", css="synthetic"),
        Shade(code=1, title="real", css="real", form="diamond"),
    ],
    "intended": _of_labels("none was asked for"),
    "label": _of_votes,
    "agreement": _of_agreement,
    "error": lambda styles: [
        Shade(code=0, title="no prediction, or no label by votes", css="faint", form="ring"),
        Shade(code=1, title="says what the most votes say", css="even"),
        Shade(code=2, title="says another label", css="odd", form="diamond"),
    ],
    "aside": lambda styles: [
        Shade(code=0, title="taken like every other", css="even"),
        Shade(code=1, title="set aside", css="odd", form="diamond"),
    ],
}
