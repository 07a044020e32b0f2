"""Every figure of a study's report."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from training.charts.amounts import amounts_chart
from training.charts.arms import arms_chart
from training.charts.drawing import Drawing, side_by_side
from training.charts.gamma import gamma_chart
from training.charts.gaps import gaps_chart
from training.charts.pairs import pairs_chart
from training.charts.parts import parts_chart
from training.studies.report_shape import Board, StudyReport
from training.studies.tables import project_titles

CAPTIONS = {
    "scores": "Macro-F1 of every arm. Dots are means over seeds, lines 95 % intervals over test "
    "rows and seeds. The axis does not begin at zero.",
    "gamma": "Accuracy on the test rows on which annotators agree at least so far. Points share "
    "rows, so R² and ρ describe them and test nothing.",
    "amounts": "Macro-F1 over the amount of rows, with 95 % intervals over test rows and seeds.",
    "pairs": "Differences of macro-F1, with 95 % intervals that take seeds and test rows both as "
    "drawn by chance; the diamond is the mean over projects with its interval over projects.",
    "by-agreement": "Accuracy by quarter of the test rows’ agreement.",
    "by-length": "Accuracy by quarter of the test rows’ length.",
    "by-similarity": "Accuracy by quarter of the test rows’ similarity to real training text.",
    "gaps": "How far real text is ahead, the most objective task first, with 95 % intervals; ρ is "
    "Spearman’s between rank and gap.",
}


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One drawing, where it belongs, and what to say below it."""

    name: str  # of its file: letters, digits, hyphens; unique in the report
    kind: str  # a key of CAPTIONS; the table of the same name holds its numbers
    project: str  # slug; "" for figures over all projects
    classifier: str
    drawing: Drawing

    @property
    def caption(self) -> str:
        return CAPTIONS[self.kind]


def figures(report: StudyReport) -> list[Figure]:
    """All figures that the report has numbers for, in the order of the kinds."""
    made = [*_over_boards(report), *_over_projects(report)]
    kinds = list(CAPTIONS)
    return sorted(made, key=lambda figure: kinds.index(figure.kind))


def sheets(report: StudyReport, drawn: Sequence[Figure]) -> list[Figure]:
    """For papers: the panels of all projects in one figure, one for each kind and classifier.

    Args:
        drawn: the `figures` of the report.
    """
    found: dict[tuple[str, str], list[Figure]] = {}
    for figure in drawn:
        found.setdefault((figure.kind, figure.classifier), []).append(figure)
    return [
        Figure(
            name=f"{kind}-{classifier_slug(report, classifier)}",
            kind=kind,
            project="",
            classifier=classifier,
            drawing=side_by_side(
                [figure.drawing for figure in panels],
                title=f"{CAPTIONS[kind].split('.')[0]}, {classifier}",
                description=" ".join(
                    f"{one.drawing.title}: {one.drawing.description}" for one in panels
                ),
            ),
        )
        for (kind, classifier), panels in found.items()
        if len(panels) > 1
    ]


def _over_boards(report: StudyReport) -> Iterator[Figure]:
    titles = project_titles(report)
    for board in report["boards"]:
        title, classifier = titles[board["project"]], board["classifier"]
        if len(report["classifiers"]) > 1:
            title += f", {classifier}"
        for kind, drawings in _of_board(board, title):
            name = f"{kind}-{board['project']}-{classifier_slug(report, classifier)}"
            yield from _figures(name, kind, board["project"], classifier, drawings)


def _of_board(board: Board, title: str) -> Iterator[tuple[str, list[Drawing]]]:
    yield "scores", arms_chart(board, title=title)
    yield "gamma", gamma_chart(board, title=title)
    yield "amounts", amounts_chart(board, title=title)
    for slices in board["slices"]:
        yield f"by-{slices['by']}", parts_chart(slices, title=title)


def _over_projects(report: StudyReport) -> Iterator[Figure]:
    for place, one in enumerate(report["overall"], 1):
        title = f"{one['first']} against {one['second']}"
        if len(report["classifiers"]) > 1:
            title += f", {one['classifier']}"
        drawings = pairs_chart(report, one, title=title)
        yield from _figures(f"pairs-{place}", "pairs", "", one["classifier"], drawings)
    for classifier in report["classifiers"]:
        gaps = [one for one in report["gaps"] if one["classifier"] == classifier]
        drawings = gaps_chart(report, gaps, title=f"What real text is ahead, {classifier}")
        name = f"gaps-{classifier_slug(report, classifier)}"
        yield from _figures(name, "gaps", "", classifier, drawings)


def _figures(
    name: str, kind: str, project: str, classifier: str, drawings: Sequence[Drawing]
) -> Iterator[Figure]:
    for number, drawing in enumerate(drawings, 1):
        yield Figure(
            name=f"{name}-{number}" if len(drawings) > 1 else name,
            kind=kind,
            project=project,
            classifier=classifier,
            drawing=drawing,
        )


def classifier_slug(report: StudyReport, classifier: str) -> str:
    """A classifier's name as files carry it, with its number, since names may differ in signs only.

    >>> classifier_slug({"classifiers": ["TF-IDF", "BERT (base)"]}, "BERT (base)")  # type: ignore
    '2-bert-base'
    """
    number = report["classifiers"].index(classifier) + 1
    slug = re.sub(r"[^a-z0-9]+", "-", classifier.lower()).strip("-")
    return f"{number}-{slug}" if slug else str(number)
