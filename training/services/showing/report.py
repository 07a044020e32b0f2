"""A study's report as its page shows it: every number with the runs it came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from curation.reporting import wording
from training.charts.figures import Figure, figures
from training.models import Study, StudyCell
from training.studies.report_shape import VERSION, ArmScores, Band, Board, Pair, StudyReport
from training.studies.report_tables import report_tables
from training.studies.report_words import p_value, span
from training.studies.tables import TEXT, Table
from training.studies.tables_as import words

SURE = 0.05  # corrected p below which a difference is marked


@dataclass(frozen=True, kw_only=True)
class RunLink:
    seed: int
    slug: str  # of its project
    run: int  # key
    score: str


@dataclass(frozen=True, kw_only=True)
class ArmLine:
    """One arm on one board."""

    arm: str
    rows: str
    macro_f1: str
    macro_f1_interval: str
    accuracy: str
    accuracy_interval: str
    collapsed: str
    published: str  # a published figure beside it
    links: list[RunLink]
    missing: list[str]  # why seeds have no score


@dataclass(frozen=True, kw_only=True)
class PairLine:
    first: str
    second: str
    difference: str
    interval: str
    p_holm: str
    sure: bool
    budget: str
    sentence: str


@dataclass(frozen=True, kw_only=True)
class BoardShown:
    """One project with one classifier."""

    anchor: str
    slug: str
    project: str  # title
    classifier: str
    test_rows: int
    arms: list[ArmLine]
    published: bool
    pairs: list[PairLine]
    figures: list[tuple[Figure, str]]  # with the anchor of the table of its numbers


@dataclass(frozen=True, kw_only=True)
class TableShown:
    anchor: str
    table: Table
    heads: list[tuple[str, bool]]  # title, whether it is a number
    rows: list[list[tuple[str, bool]]]


@dataclass(frozen=True, kw_only=True)
class ReportShown:
    findings: list[str]
    text: list[str]  # paragraphs
    boards: list[BoardShown]
    overall: list[PairLine]
    figures: list[tuple[Figure, str]]  # over all projects
    tables: list[TableShown]
    reference_source: str


def report_of(study: Study) -> StudyReport | None:
    """The stored report; None where there is none, or another release wrote it."""
    report: StudyReport | None = study.report
    return report if report and report.get("version") == VERSION else None


def report_shown(study: Study, report: StudyReport) -> ReportShown:
    tables = [_table(one) for one in report_tables(report)]
    anchors = {one.table.name: one.anchor for one in tables}
    drawn = [(one, _numbers_of(one, anchors)) for one in figures(report)]
    links = _links(study)
    return ReportShown(
        findings=_findings(report),
        text=[part.strip() for part in report["text"].split("\n\n") if part.strip()],
        boards=[_board(report, board, links, drawn) for board in report["boards"]],
        overall=[
            PairLine(
                first=one["first"],
                second=one["second"],
                difference=_signed(one["mean"]),
                interval=_ends(one["difference"]),
                p_holm=_p(one["p_holm"]),
                sure=_sure(one["p_holm"]),
                budget=f"{one['classifier']}; higher in {one['higher']} of {one['projects']}",
                sentence=one["sentence"],
            )
            for one in report["overall"]
        ],
        figures=[pair for pair in drawn if not pair[0].project],
        tables=tables,
        reference_source=report["reference_source"],
    )


def _findings(report: StudyReport) -> list[str]:
    """What comes first: over all projects where there are several, else pair by pair."""
    if len(report["projects"]) > 1 and report["overall"]:
        return [one["sentence"] for one in report["overall"]]
    several = len(report["boards"]) > 1
    return [
        f"{board['classifier']}: {pair['sentence']}" if several else pair["sentence"]
        for board in report["boards"]
        for pair in board["pairs"]
    ]


def _board(
    report: StudyReport,
    board: Board,
    links: dict[tuple[str, str, str], list[RunLink]],
    drawn: Sequence[tuple[Figure, str]],
) -> BoardShown:
    slug, classifier = board["project"], board["classifier"]
    titles = {one["slug"]: one["title"] for one in report["projects"]}
    arms = [_arm(one, links.get((slug, classifier, one["arm"]), [])) for one in board["arms"]]
    return BoardShown(
        anchor=f"board-{report['boards'].index(board) + 1}",
        slug=slug,
        project=titles[slug],
        classifier=classifier,
        test_rows=board["test_rows"],
        arms=arms,
        published=any(arm.published for arm in arms),
        pairs=[_pair(pair) for pair in board["pairs"]],
        figures=[
            pair for pair in drawn if (pair[0].project, pair[0].classifier) == (slug, classifier)
        ],
    )


def _arm(one: ArmScores, links: list[RunLink]) -> ArmLine:
    rows = one["train_rows"]
    reference = one["reference"].get("macro_f1", one["reference"].get("accuracy"))
    collapsed = f"{one['collapsed']} of {one['seeds']} collapsed to one label"
    return ArmLine(
        arm=one["arm"],
        rows="–" if rows is None else span(rows),
        macro_f1=_mean(one["macro_f1"], one["macro_f1_std"], one["seeds"]),
        macro_f1_interval=_ends(one["macro_f1"]),
        accuracy=_mean(one["accuracy"], one["accuracy_std"], one["seeds"]),
        accuracy_interval=_ends(one["accuracy"]),
        collapsed=collapsed if one["collapsed"] else "",
        published="" if reference is None else f"{reference:.3f}",
        links=links,
        missing=[
            f"Seed {cell['seed']}: {cell['sentence'] or cell['state']}"
            for cell in one["unfinished"]
        ],
    )


def _pair(pair: Pair) -> PairLine:
    budget = pair["budget"]
    return PairLine(
        first=pair["first"],
        second=pair["second"],
        difference=_signed(pair["difference"] and pair["difference"]["mean"]),
        interval=_ends(pair["difference"]),
        p_holm=_p(pair["p_holm"]),
        sure=_sure(pair["p_holm"]),
        budget="" if budget is None else budget["sentence"],
        sentence=pair["sentence"],
    )


def _links(study: Study) -> dict[tuple[str, str, str], list[RunLink]]:
    """Project, classifier and arm → runs with a score, by seed."""
    links: dict[tuple[str, str, str], list[RunLink]] = {}
    cells = StudyCell.objects.filter(study=study, run__macro_f1__isnull=False).order_by("seed")
    for slug, classifier, arm, seed, run, score in cells.values_list(
        "project__slug", "classifier", "arm", "seed", "run", "run__macro_f1"
    ):
        link = RunLink(seed=seed, slug=slug, run=run, score=f"{score:.3f}")
        links.setdefault((slug, classifier, arm), []).append(link)
    return links


def _numbers_of(figure: Figure, anchors: dict[str, str]) -> str:
    """The anchor of the table that holds a figure's numbers; "" where there is none."""
    return anchors.get(figure.kind, "")


def _table(table: Table) -> TableShown:
    numbers = [column.form != TEXT for column in table.columns]
    return TableShown(
        anchor=f"table-{table.name}",
        table=table,
        heads=[(column.title, column.form != TEXT) for column in table.columns],
        rows=[
            [
                (words(cell, column.form), number)
                for cell, column, number in zip(row, table.columns, numbers, strict=True)
            ]
            for row in table.rows
        ],
    )


def _mean(found: Band | None, std: float | None, seeds: int) -> str:
    if found is None:
        return "–"
    if std is None:
        return f"{found['mean']:.3f}"
    return wording.spread(found["mean"], std, seeds)


def _ends(found: Band | None) -> str:
    return "–" if found is None else wording.between(found["low"], found["high"])


def _signed(mean: float | None) -> str:
    return "–" if mean is None else wording.signed(mean)


def _p(p: float | None) -> str:
    return "–" if p is None else p_value(p)


def _sure(p: float | None) -> bool:
    return p is not None and p < SURE
