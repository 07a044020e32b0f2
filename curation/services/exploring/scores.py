"""The expected scores that the job `explore` measured, and whether the votes are still the same."""

from __future__ import annotations

from dataclasses import dataclass

from curation.explorer.curves import ScoreCurves
from curation.models import Job, Project
from curation.services.exploring.evidence import votes_mark

KIND = "explore"


@dataclass(frozen=True, kw_only=True)
class Measured:
    """Scores over thresholds, of one aggregator."""

    curves: ScoreCurves
    fresh: bool  # no vote came, went or changed since


def measured_scores(project: Project, *, aggregator: str) -> Measured | None:
    """What the newest successful job measured with that aggregator; None where none did."""
    jobs = project.jobs.filter(kind=KIND, state=Job.State.SUCCESSFUL, result__isnull=False)
    for result in jobs.order_by("-pk").values_list("result", flat=True)[:20]:
        if result.get("aggregator") != aggregator:
            continue
        try:
            curves = ScoreCurves.from_json(result)
        except (KeyError, TypeError):  # of another version of the program
            continue
        return Measured(curves=curves, fresh=curves.votes_fingerprint == votes_mark(project))
    return None
