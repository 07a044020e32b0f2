"""A ranking as the page shows it: a chart, a table, and sentences that claim no more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from curation.agreement.spearman import FEWEST, Correlation
from curation.reporting import wording
from curation.reporting.ranking import ScoredTask, ranking_chart
from curation.services.objectivity.measured import MeasuredAgreement
from curation.services.objectivity.ranking import RankedProject, StudyRanking

MOST_STARS = 5


@dataclass(frozen=True, kw_only=True)
class TableRow:
    """One task's numbers in words."""

    slug: str
    title: str
    stars: str
    stars_in_words: str
    majority_stars: str
    majority_stars_in_words: str
    score: str
    interval: str
    noisy: str
    copeland: str
    n: int
    agreement: str
    alpha: str
    votes: str


def ranked_context(found: StudyRanking) -> dict[str, Any]:
    chart = ranking_chart([_scored(row) for row in found.rows])
    return {
        "chart": chart,
        "rows": [_table_row(row) for row in found.rows],
        "finding": _finding(found),
        "made_of": _made_of(found),
        "cycles": _cycles(found),
        "given_up": _given_up(found),
        "relations": _relations(found),
        "simulated": any(row.measured and row.measured.simulated for row in found.rows),
    }


def stars_of(number: int) -> str:
    """
    >>> stars_of(2)
    '★★☆☆☆'
    """
    return "★" * number + "☆" * (MOST_STARS - number)


def _scored(row: RankedProject) -> ScoredTask:
    return ScoredTask(
        title=row.title, score=row.score, low=row.low, high=row.high, mark=stars_of(row.stars)
    )


def _table_row(row: RankedProject) -> TableRow:
    measured = row.measured
    return TableRow(
        slug=row.slug,
        title=row.title,
        stars=stars_of(row.stars),
        stars_in_words=f"{row.stars} of {MOST_STARS} stars",
        majority_stars=stars_of(row.majority_stars),
        majority_stars_in_words=f"{row.majority_stars} of {MOST_STARS} stars",
        score=wording.decimal(row.score, 2),
        interval=f"{wording.decimal(row.low, 2)} to {wording.decimal(row.high, 2)}",
        noisy=wording.decimal(row.noisy_score, 2),
        copeland=f"{row.copeland:+d}".replace("-", "−") if row.copeland else "0",
        n=row.n,
        agreement="–" if measured is None else wording.decimal(measured.mean_agreement, 2),
        alpha="–" if measured is None else _alpha(measured),
        votes="no votes yet" if measured is None else _votes(measured),
    )


def _alpha(measured: MeasuredAgreement) -> str:
    if measured.alpha is None or measured.alpha_low is None or measured.alpha_high is None:
        return "undefined"
    low, high = (wording.decimal(end, 2) for end in (measured.alpha_low, measured.alpha_high))
    return f"{wording.decimal(measured.alpha, 2)} ({low} to {high})"


def _votes(measured: MeasuredAgreement) -> str:
    each = measured.votes / measured.examples
    return (
        f"{wording.plural(measured.examples, 'text')}, {each:.1f} votes each, "
        f"{measured.labels} labels{', simulated' if measured.simulated else ''}"
    )


def _finding(found: StudyRanking) -> str:
    first, last = found.rows[0], found.rows[-1]
    if first.low <= last.high:
        return (
            "No order can be seen yet: even the intervals of the first and the last task overlap. "
            "More comparisons narrow them."
        )
    return f"“{first.title}” is seen as the most objective task, “{last.title}” as the least."


def _made_of(found: StudyRanking) -> str:
    programs = f" ({found.programs:,} of them programs)" if found.programs else ""
    return (
        f"Ranked on {wording.plural(found.decided, 'comparison')} by "
        f"{wording.plural(found.annotators, 'person', 'people')}{programs}; "
        f"{found.cannot_say:,} more could not say and count for neither side."
    )


def _cycles(found: StudyRanking) -> list[str]:
    titles = {row.slug: row.title for row in found.rows}
    return [
        " → ".join(f"“{titles[slug]}”" for slug in [*cycle, cycle[0]]) for cycle in found.cycles
    ]


def _given_up(found: StudyRanking) -> list[str]:
    titles = {row.slug: row.title for row in found.rows}
    return [f"“{titles[winner]}” → “{titles[loser]}”" for winner, loser in found.dropped]


def _relations(found: StudyRanking) -> list[str]:
    measured = sum(row.measured is not None for row in found.rows)
    if found.with_alpha is None and found.with_agreement is None:
        return [
            f"{wording.plural(measured, 'task')} of {len(found.rows)} "
            f"{'has' if measured == 1 else 'have'} votes; from {FEWEST} on, it is told here "
            "whether the tasks that people call objective are those that annotators agree on."
        ]
    named = (
        ("Krippendorff’s α", found.with_alpha),
        ("the mean aᵢ, which also depends on how many votes and labels a task has",
         found.with_agreement),
    )  # fmt: skip
    return [_relation(what, one) for what, one in named if one is not None]


def _relation(what: str, found: Correlation) -> str:
    interval = f"{wording.decimal(found.low, 2)} to {wording.decimal(found.high, 2)}"
    figures = f"Spearman’s ρ = {wording.decimal(found.rho, 2)}, 95 % interval {interval}"
    if found.low <= 0 <= found.high:
        return f"With {what}: no relation can be seen at {found.n} tasks ({figures})."
    more = "agree more" if found.rho > 0 else "agree less"
    return (
        f"With {what}: annotators {more} on tasks seen as objective ({figures}, {found.n} tasks)."
    )
