"""Expected scores as the job might have measured them, for pages and commands."""

from __future__ import annotations

from typing import Any

from curation.explorer.curves import (
    GLOBAL,
    HELD_OUT,
    KEEP_ALL,
    RAW,
    SOFT,
    WEIGHTS,
    WITHIN_LABEL,
    Band,
    Curve,
    Point,
    Recommendation,
    Reference,
    ScoreCurves,
    TestCurve,
    TestPoint,
)
from curation.models import Job, Project
from curation.services.exploring.evidence import votes_mark


def band(mean: float, half: float = 0.01) -> Band:
    return Band(mean=mean, low=mean - half, high=mean + half)


def point(value: float, *, score: float, random: float) -> Point:
    return Point(
        value=value, kept=100 * value, share=value, labels=(0.5, 0.5), score=band(score),
        accuracy=band(score + 0.05), random=band(random), random_within=band(random),
        against_random=band(score - random), against_random_within=band(score - random),
        against_all=band(score - 0.57),
    )  # fmt: skip


def made_scores(*, fingerprint: str, helps: bool = True, left_out: int = 0) -> ScoreCurves:
    """A share of each label helps, one γ for all does not."""
    shares = [step / 20 for step in range(2, 21)]
    within = [
        point(share, score=0.57 + 0.1 * share * (1 - share), random=0.57 - 0.06 * (1 - share))
        for share in shares
    ]
    gammas = [step / 20 for step in range(10, 21)]
    common = [point(g, score=0.62 - 0.17 * g, random=0.6 - 0.06 * g) for g in gammas]
    references = [
        Reference(name=name, score=band(score), accuracy=band(score), against_all=None)
        for name, score in ((KEEP_ALL, 0.57), (SOFT, 0.582), (WEIGHTS, 0.588))
    ]
    if helps:
        advice = Recommendation(
            helps=True,
            sentence="Keep the most agreed 50 % of each label: 0.025 above keeping every row.",
            kind=WITHIN_LABEL, agreement=RAW, balanced=False, value=0.5,
            against_all=band(0.025), against_random=band(0.05),
        )  # fmt: skip
    else:
        advice = Recommendation(helps=False, sentence="No threshold is better than every row.")
    tests = tuple(
        TestPoint(threshold=g, rows=int(200 * (1.2 - g)), accuracy=band(0.5 + 0.3 * g))
        for g in gammas
    )
    return ScoreCurves(
        aggregator="majority", votes_fingerprint=fingerprint, measured_at="2026-11-26T10:00:00Z",
        target=HELD_OUT, examples=500, scored_rows=100, train_rows=400, seeds=5,
        label_names=("joke", "news"),
        curves=(
            Curve(kind=WITHIN_LABEL, agreement=RAW, balanced=False, points=tuple(within)),
            Curve(kind=GLOBAL, agreement=RAW, balanced=False, points=tuple(common)),
        ),
        references=tuple(references),
        test_curve=TestCurve(points=tests, slope=0.3, intercept=0.5, r_squared=0.97, rho=0.9,
                             rho_low=0.7, rho_high=1.0),
        recommendation=advice, seconds=4.0, left_out=left_out,
    )  # fmt: skip


def store_scores(project: Project, **options: Any) -> Job:
    """The result of a job that ended well a moment ago."""
    scores = made_scores(fingerprint=votes_mark(project), **options)
    return Job.objects.create(
        project=project, kind="explore", state=Job.State.SUCCESSFUL, result=scores.as_json()
    )
