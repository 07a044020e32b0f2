"""The texts on which aggregators differ, to be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from curation.models import Project
from curation.reporting import LabelStyle, vote_strip
from curation.reporting.aggregators import Said, said_of
from curation.services.aggregating.comparing import KeptComparison
from curation.services.report.examples import ExampleCard, cast_votes, intended_style

PAGE = 10  # texts on a page


@dataclass(frozen=True, kw_only=True)
class FlipCard(ExampleCard):
    """A text with its votes and what each method makes of them."""

    said: list[Said]


def read_flips(
    project: Project, kept: KeptComparison, styles: Sequence[LabelStyle], *, page: int
) -> list[FlipCard]:
    """One page of the flips, the most divided first; a text that has gone since is left out."""
    flips = kept.found.flips[(page - 1) * PAGE : page * PAGE]
    keys = [kept.example_keys[flip.row] for flip in flips]
    examples = project.examples.select_related("intended_label").in_bulk(keys)
    cast = cast_votes(project, keys)
    cards = []
    for flip, key in zip(flips, keys, strict=True):
        if key not in examples:
            continue
        example, votes = examples[key], cast.get(key, [])
        given = [vote.label for vote in votes if vote.label is not None]
        cards.append(
            FlipCard(
                external_id=example.external_id,
                text=example.text,
                source=example.source,
                label=None,
                agreement=max(map(given.count, given)) / len(given) if given else None,
                votes=len(given),
                strip=vote_strip(votes, styles, intended=intended_style(example, styles)),
                drop_reason="",
                said=said_of(flip, kept.found.answered, styles),
            )
        )
    return cards
