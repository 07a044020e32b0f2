"""How a run learned its training texts, crossed with what people said of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from curation.models import Project
from curation.reporting import LabelStyle, VoteStrip, vote_strip, wording
from curation.reporting.palette import agreement_shade
from curation.services.report.examples import cast_votes, intended_style, styles_of
from training.fitting.dynamics import AMBIGUOUS, EASY, HARD, UNSEEN, Dynamics, read_dynamics
from training.fitting.errors import FitError
from training.fitting.rows import Row, read_rows
from training.models import TrainingRun
from training.services.finished import folder_of

REGIONS = (EASY, AMBIGUOUS, HARD, UNSEEN)
AGREED_FROM = 0.8  # a_i from which on people count as agreed
SHOWN = 6  # texts of each kind
BANDS = ("agreed", "disputed", "no votes")


@dataclass(frozen=True, kw_only=True)
class LearnedText:
    """One training text worth reading; named like an example's card."""

    external_id: str
    text: str
    label: LabelStyle | None  # the one it was trained with
    agreement: float | None
    votes: int
    strip: VoteStrip
    confidence: str
    variability: str
    shade: int


@dataclass(frozen=True, kw_only=True)
class Crossing:
    """Rows of one region, by how far people agree."""

    region: str
    rows: int
    share: float  # percent of all rows, for its bar
    by_band: list[int]  # as BANDS


@dataclass(frozen=True, kw_only=True)
class Learned:
    sentence: str
    crossings: list[Crossing]
    bands: Sequence[str]
    suspect: list[LearnedText]  # agreed by people, hard for the classifier
    subjective: list[LearnedText]  # disputed by people, ambiguous for the classifier
    hard: list[LearnedText]  # without votes
    agreed_from: float


def learned(run: TrainingRun) -> Learned | None:
    """None where the run noted nothing of it, or its files have gone."""
    folder = folder_of(run)
    try:
        found = read_dynamics(folder.dynamics)
        rows = {row.id: row for row in read_rows(folder.train, run.config["labels"])}
    except (OSError, FitError):
        return None
    known = [at for at, key in enumerate(found.ids) if key in rows]
    bands = {at: _band(rows[found.ids[at]].agreement) for at in known}

    def texts(region: str, band: str) -> list[LearnedText]:
        chosen = [at for at in known if found.regions[at] == region and bands[at] == band]
        order = _surest if region == HARD else _wildest
        chosen.sort(key=lambda at: (order(found)(at), found.ids[at]))
        return _texts(run.project, found, rows, chosen[:SHOWN])

    return Learned(
        sentence=_sentence(found),
        crossings=_crossings(found, bands),
        bands=BANDS,
        suspect=texts(HARD, "agreed"),
        subjective=texts(AMBIGUOUS, "disputed"),
        hard=texts(HARD, "no votes"),
        agreed_from=AGREED_FROM,
    )


def _band(agreement: float | None) -> str:
    if agreement is None:
        return "no votes"
    return "agreed" if agreement >= AGREED_FROM else "disputed"


def _surest(found: Dynamics) -> Callable[[int], float]:
    return lambda at: float(found.confidence[at])


def _wildest(found: Dynamics) -> Callable[[int], float]:
    return lambda at: -float(np.nan_to_num(found.variability[at]))


def _sentence(found: Dynamics) -> str:
    counts, n = found.counts(), len(found.ids)
    parts = [f"{wording.share(counts[name], n)} {name}" for name in (EASY, AMBIGUOUS, HARD)]
    return f"{parts[0]}, {parts[1]}, {parts[2]}."


def _crossings(found: Dynamics, bands: dict[int, str]) -> list[Crossing]:
    crossings = []
    for region in REGIONS:
        places = [at for at in bands if found.regions[at] == region]
        if places or region != UNSEEN:
            crossings.append(
                Crossing(
                    region=region,
                    rows=len(places),
                    share=round(100 * len(places) / max(len(bands), 1), 1),
                    by_band=[sum(bands[at] == band for at in places) for band in BANDS],
                )
            )
    return crossings


def _texts(
    project: Project, found: Dynamics, rows: dict[str, Row], places: Sequence[int]
) -> list[LearnedText]:
    styles = styles_of(project)
    by_name = {style.name: style for style in styles}
    names = [found.ids[at] for at in places]
    examples = {
        one.external_id: one
        for one in project.examples.select_related("intended_label").filter(external_id__in=names)
    }
    cast = cast_votes(project, [one.pk for one in examples.values()])
    texts = []
    for at in places:
        row, example = rows[found.ids[at]], examples.get(found.ids[at])
        votes = cast.get(example.pk, []) if example else []
        intended = intended_style(example, styles) if example else None
        texts.append(
            LearnedText(
                external_id=row.id,
                text=row.text,
                label=by_name.get(row.label),
                agreement=row.agreement,
                votes=sum(vote.label is not None for vote in votes),
                strip=vote_strip(votes, styles, intended=intended),
                confidence=f"{found.confidence[at]:.2f}",
                variability=f"{found.variability[at]:.2f}",
                shade=agreement_shade(row.agreement or 0),
            )
        )
    return texts
