"""`agreement SLUG --explore`: what thresholds and shares keep, and what to expect of each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.core.management.base import CommandParser

from curation.datasets.policy import MEASURES, Policy
from curation.explorer.curves import KEEP_ALL, Band, Point, ScoreCurves
from curation.explorer.evidence import Evidence
from curation.explorer.evidence_selection import kept_per_label
from curation.models import Project
from curation.progress import Progress, silent
from curation.reporting.wording import left_out_words
from curation.services.exploring import (
    Measured,
    find_evidence,
    keep_evidence,
    measured_scores,
)

SHARES = tuple(step / 10 for step in range(1, 11))
GAMMAS = tuple(step / 20 for step in range(10, 21))


@dataclass(frozen=True, kw_only=True)
class ExploreRow:
    """One policy; scores are None where none was measured."""

    policy: Policy
    labels: dict[str, int]  # label → examples kept
    score: Band | None
    random: Band | None

    @property
    def kept(self) -> int:
        return sum(self.labels.values())

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.policy.kind,
            "threshold": self.policy.threshold,
            "keep_share": self.policy.keep_share,
            "kept": self.kept,
            "labels": self.labels,
            "score": _plain(self.score),
            "random": _plain(self.random),
        }


@dataclass(frozen=True, kw_only=True)
class Exploration:
    """The explorer as a table."""

    aggregator: str
    measure: str
    judged: int
    fresh: bool  # the rows are of the votes of now
    rows: list[ExploreRow]
    scores: ScoreCurves | None
    scores_fresh: bool

    def as_json(self) -> dict[str, Any]:
        """Scores are null where none was measured."""
        scores = self.scores
        every = None if scores is None else scores.reference(KEEP_ALL)
        return {
            "aggregator": self.aggregator,
            "measure": self.measure,
            "judged": self.judged,
            "up_to_date": self.fresh,
            "rows": [row.as_json() for row in self.rows],
            "keep_all": None if every is None else _plain(every.score),
            "recommendation": None if scores is None else scores.recommendation.sentence,
            "helps": None if scores is None else scores.recommendation.helps,
            "scores_up_to_date": self.scores_fresh if scores else None,
        }


def add_explore_options(parser: CommandParser) -> None:
    parser.add_argument(
        "--explore", action="store_true", help="show what shares and thresholds would keep"
    )
    parser.add_argument(
        "--score",
        action="store_true",
        help="with --explore: measure expected scores now, instead of showing what the job stored",
    )
    parser.add_argument(
        "--measure", choices=list(MEASURES), default="raw", help="with --explore: which agreement"
    )


def explore(
    project: Project,
    *,
    aggregator: str,
    measure: str = "raw",
    score: bool = False,
    progress: Progress = silent,
) -> Exploration:
    """What shares of each label and thresholds for all keep, with what was measured.

    Args:
        measure: a key of MEASURES.
        score: measure expected scores now instead of reading what the job stored.

    Raises:
        NothingToDo: nobody has voted, or too few examples are judged to measure scores.
        BadInput: no such aggregator.
    """
    assert measure in MEASURES
    found = find_evidence(project, aggregator=aggregator)
    if found is None or not found.fresh:
        found = keep_evidence(project, aggregator=aggregator, progress=progress)
    known = measured_scores(project, aggregator=aggregator)
    if score:
        from curation.services.scoring import score_curves  # heavy

        curves = score_curves(project, aggregator=aggregator, progress=progress)
        known = Measured(curves=curves, fresh=True)
    policies = [Policy(keep_share=share, measure=measure, aggregator=aggregator)
                for share in SHARES]  # fmt: skip
    policies += [replace(policies[0], keep_share=None, threshold=gamma) for gamma in GAMMAS]
    return Exploration(
        aggregator=aggregator,
        measure=measure,
        judged=found.evidence.examples,
        fresh=found.fresh,
        rows=[_row(found.evidence, policy, known) for policy in policies],
        scores=None if known is None else known.curves,
        scores_fresh=known is not None and known.fresh,
    )


def _row(evidence: Evidence, policy: Policy, known: Measured | None) -> ExploreRow:
    point = None if known is None else _point(evidence, known.curves, policy)
    within = policy.kind == "within_label"
    random = None if point is None else point.random_within if within else point.random
    kept = kept_per_label(evidence, policy).tolist()
    return ExploreRow(
        policy=policy,
        labels=dict(zip(evidence.label_names, kept, strict=True)),
        score=None if point is None else point.score,
        random=random,
    )


def _point(evidence: Evidence, curves: ScoreCurves, policy: Policy) -> Point | None:
    """What was measured at that very value, or at another that keeps the same rows."""
    value = policy.threshold if policy.keep_share is None else policy.keep_share
    curve = curves.curve(policy.kind, agreement=policy.measure)
    points = () if curve is None else curve.points
    assert value is not None
    for point in points:
        if abs(point.value - value) < 1e-6:
            return point
    if policy.threshold is None:
        return None
    kept = kept_per_label(evidence, policy)
    for point in points:  # a higher γ that keeps as many of each label keeps the same rows
        above = replace(policy, threshold=min(1.0, point.value))
        if point.value > value and (kept_per_label(evidence, above) == kept).all():
            return point
    return None


def _plain(band: Band | None) -> dict[str, float] | None:
    return None if band is None else {"mean": band.mean, "low": band.low, "high": band.high}


def table_of(found: Exploration, slug: str) -> str:
    """The exploration for people."""
    titles = ["share", "γ"]
    blocks = []
    for title, within in zip(titles, (True, False), strict=True):
        rows = [row for row in found.rows if (row.policy.kind == "within_label") == within]
        head = (
            "Keep the most agreed share of each label"
            if within
            else "Keep where agreement reaches γ, whatever the label"
        )
        blocks.append("\n".join([head, *_lines(rows, title, scored=found.scores is not None)]))
    return "\n\n".join([*blocks, "\n".join(_closing(found, slug))])


def _lines(rows: list[ExploreRow], title: str, *, scored: bool) -> list[str]:
    labels = list(rows[0].labels) if rows else []
    widths = [max(len(label), 7) for label in labels]
    names = "  ".join(label.rjust(width) for label, width in zip(labels, widths, strict=True))
    scores = "  expected macro-F1      random" if scored else ""
    lines = [f"  {title:>5}     kept  {names}{scores}".rstrip()]
    for row in rows:
        value = row.policy.threshold if row.policy.keep_share is None else row.policy.keep_share
        counts = "  ".join(
            f"{row.labels[label]:>{width},}" for label, width in zip(labels, widths, strict=True)
        )
        told = f"  {_told(row.score):<21}  {_told(row.random)}" if scored else ""
        lines.append(f"  {value:>5.2f}  {row.kept:>7,}  {counts}{told}".rstrip())
    return lines


def _told(band: Band | None) -> str:
    return "–" if band is None else f"{band.mean:.3f} [{band.low:.3f}, {band.high:.3f}]"


def _closing(found: Exploration, slug: str) -> list[str]:
    command = f"manage.py agreement {slug} --explore --score"
    if found.aggregator != "majority":
        command += f" --aggregator {found.aggregator}"
    if found.scores is None:
        return [f"Expected scores were not measured yet; {command} does it now."]
    scores = found.scores
    every = scores.reference(KEEP_ALL)
    lines = [] if every is None else [f"Keeping every row: {_told(every.score)}."]
    if scores.left_out:
        lines.append(left_out_words(scores.left_out))
    lines.append(f"Recommendation: {scores.recommendation.sentence}")
    if not found.scores_fresh:
        lines.append(f"Votes came or changed since scores were measured; {command} does it anew.")
    return lines
