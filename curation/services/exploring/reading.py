"""The texts next to the line, to be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from curation.explorer.evidence import Evidence
from curation.explorer.evidence_answers import margin
from curation.explorer.evidence_selection import Selection
from curation.models import Project
from curation.reporting import LabelStyle, vote_strip
from curation.services.report.examples import ExampleCard, cast_votes, intended_style

SIDE = 10  # texts of each side on a page


@dataclass(frozen=True, kw_only=True)
class Side:
    """Texts on one side of the line, the nearest first."""

    cards: list[ExampleCard]
    first: int  # number of the first one shown, counted from 1
    last: int
    total: int


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One page of the texts next to the line."""

    stay: Side
    go: Side
    page: int

    @property
    def further(self) -> bool:
        """Whether there is a page after this one."""
        return self.page * SIDE < max(self.stay.total, self.go.total)


def read_margin(
    project: Project,
    evidence: Evidence,
    selection: Selection,
    styles: Sequence[LabelStyle],
    *,
    page: int,
) -> Reading:
    """Texts that just stay and texts that just go; page 1 is the nearest."""
    sides = []
    for kept in (True, False):
        first = (page - 1) * SIDE
        found = margin(evidence, selection, kept=kept, first=first, size=SIDE)
        cards = _cards(project, evidence, found.places.tolist(), styles, kept=kept)
        total = found.total
        sides.append(Side(cards=cards, first=first + 1, last=first + len(cards), total=total))
    return Reading(stay=sides[0], go=sides[1], page=page)


def _cards(
    project: Project,
    evidence: Evidence,
    places: Sequence[int],
    styles: Sequence[LabelStyle],
    *,
    kept: bool,
) -> list[ExampleCard]:
    """Cards of rows in their order; a text that has gone since is left out."""
    rows, groups = evidence.rows, evidence.groups
    keys = [int(rows.key[place]) for place in places]
    examples = project.examples.select_related("intended_label").in_bulk(keys)
    cast = cast_votes(project, keys)
    cards = []
    for place, key in zip(places, keys, strict=True):
        if key not in examples:
            continue
        example, group = examples[key], int(rows.group[place])
        strip = vote_strip(cast.get(key, []), styles, intended=intended_style(example, styles))
        cards.append(
            ExampleCard(
                external_id=example.external_id,
                text=example.text,
                source=example.source,
                label=styles[int(groups.label[group])],
                agreement=float(groups.agreement[group]),
                votes=int(groups.n_votes[group]),
                strip=strip,
                drop_reason="" if kept else "margin",
            )
        )
    return cards
