"""The table's rows as pages and programs read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, QuerySet
from django.db.models.functions import Substr

from curation.models import Example, Project
from curation.reporting import CastVote, LabelStyle, VoteStrip, label_styles, vote_strip
from curation.reporting.palette import agreement_shade
from curation.services.examples_table.asked import ExampleFilter
from curation.services.examples_table.paging import keys_page
from curation.services.report.examples import cast_votes
from curation.services.summaries import Freshness, bring_up, tally

PAGE = 50
MOST = 1_000  # rows of a page at most
SHOWN = 600  # characters of a text in a row


@dataclass(frozen=True, kw_only=True)
class ExampleRow:
    """One example. Votes, label and agreement are those of now."""

    pk: int
    external_id: str
    text: str  # its beginning
    length: int  # characters of the whole text
    source: str
    split: str
    method: str  # "" = imported
    prompt: str
    run: int | None
    intended: LabelStyle | None
    label: LabelStyle | None  # of the most votes; None: no votes, or a tie
    predicted: LabelStyle | None
    agreement: float | None  # a_i; None without votes
    votes: int
    skips: int
    counts: tuple[int, ...]  # votes per label, in label order
    aside: bool
    created_at: datetime
    strip: VoteStrip

    @property
    def cut(self) -> bool:
        return self.length > len(self.text)

    @property
    def shade(self) -> int:
        """Step of the sequential scale, 0 disputed to 4 unanimous."""
        return 0 if self.agreement is None else agreement_shade(self.agreement)

    @property
    def differs(self) -> bool:
        return self.label is not None and self.intended is not None and self.label != self.intended


@dataclass(frozen=True, kw_only=True)
class ExamplePage:
    """A page of the table."""

    rows: list[ExampleRow]
    after: str  # what the next page is asked for with; "" on the last
    looked_at: int  # texts that were read to find these; 0 where none had to be read
    freshness: Freshness  # of what filters and orders go by


def page_of(
    project: Project, wish: ExampleFilter, *, after: str = "", limit: int = PAGE
) -> ExamplePage:
    """The next `limit` examples that the filter means, in its order.

    Args:
        after: the `after` of the page before; "" for the first.
        limit: rows, 1 to `MOST`.

    Raises:
        BadInput: the filter names something that is not in the project, or `after` cannot be.
    """
    fresh = bring_up(project)
    limit = max(1, min(limit, MOST))
    found = keys_page(project, wish, after=after, limit=limit, fresh=fresh.fresh)
    return ExamplePage(
        rows=rows_of(project, found.keys),
        after=found.after,
        looked_at=found.looked_at,
        freshness=fresh,
    )


def rows_of(project: Project, keys: Sequence[int], *, shown: int = SHOWN) -> list[ExampleRow]:
    """Rows of the examples with these keys, in their order.

    Args:
        shown: characters of each text.
    """
    examples = _with_summaries(project.examples.filter(pk__in=keys), shown=shown)
    found = {example.pk: example for example in examples}
    cast = cast_votes(project, keys)
    labels = list(project.labels.order_by("position").values_list("pk", "name", "title"))
    styles = label_styles((name, title) for _, name, title in labels)
    by_key = {key: position for position, (key, _, _) in enumerate(labels)}
    return [
        _row(found[key], cast.get(key, []), styles, by_key=by_key) for key in keys if key in found
    ]


def _with_summaries(examples: QuerySet[Example], *, shown: int) -> QuerySet[Example]:
    return (
        examples.order_by()
        .select_related("summary")
        .annotate(beginning=Substr(F("text"), 1, shown))
        .defer("text", "provenance")
    )


def _row(
    example: Example,
    cast: list[CastVote],
    styles: list[LabelStyle],
    *,
    by_key: dict[int, int],
) -> ExampleRow:
    short = example.summary
    votes, skips, label, agreement = tally([vote.label for vote in cast])

    def style(key: int | None) -> LabelStyle | None:
        return None if key is None else styles[by_key[key]]

    intended = style(example.intended_label_id)
    return ExampleRow(
        pk=example.pk,
        external_id=example.external_id,
        text=example.beginning,  # type: ignore[attr-defined]
        length=short.length,
        source=example.source,
        split=example.split,
        method=short.method,
        prompt=short.prompt,
        run=short.run,
        intended=intended,
        label=None if label is None else styles[label],
        predicted=style(short.predicted_id),
        agreement=agreement or None,
        votes=votes,
        skips=skips,
        counts=tuple(sum(vote.label == one.position for vote in cast) for one in styles),
        aside=short.aside,
        created_at=example.created_at,
        strip=vote_strip(cast, styles, intended=intended),
    )
