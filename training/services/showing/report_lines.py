"""Lines of a report's tables: arms with their runs, and pairs."""

from __future__ import annotations

from dataclasses import dataclass

from curation.reporting import wording
from training.models import Study, StudyCell
from training.studies.report_shape import ArmScores, Band, Overall, Pair
from training.studies.report_words import is_sure
from training.studies.tables import P_VALUE, RANGE
from training.studies.tables_as import words


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


def arm_line(one: ArmScores, links: list[RunLink]) -> ArmLine:
    reference = one["reference"].get("macro_f1", one["reference"].get("accuracy"))
    collapsed = f"{one['collapsed']} of {one['seeds']} collapsed to one label"
    return ArmLine(
        arm=one["arm"],
        rows=words(one["train_rows"], RANGE),
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


def pair_line(pair: Pair) -> PairLine:
    budget = pair["budget"]
    return PairLine(
        first=pair["first"],
        second=pair["second"],
        difference=_signed(pair["difference"] and pair["difference"]["mean"]),
        interval=_ends(pair["difference"]),
        p_holm=words(pair["p_holm"], P_VALUE),
        sure=is_sure(pair["p_holm"]),
        budget="" if budget is None else budget["sentence"],
        sentence=pair["sentence"],
    )


def overall_line(one: Overall) -> PairLine:
    return PairLine(
        first=one["first"],
        second=one["second"],
        difference=_signed(one["mean"]),
        interval=_ends(one["difference"]),
        p_holm=words(one["p_holm"], P_VALUE),
        sure=is_sure(one["p_holm"]),
        budget=f"{one['classifier']}; higher in {one['higher']} of {one['projects']}",
        sentence=one["sentence"],
    )


def run_links(study: Study) -> dict[tuple[str, str, str], list[RunLink]]:
    """Project, classifier and arm → runs with a score, by seed."""
    links: dict[tuple[str, str, str], list[RunLink]] = {}
    cells = StudyCell.objects.filter(study=study, run__macro_f1__isnull=False).order_by("seed")
    for slug, classifier, arm, seed, run, score in cells.values_list(
        "project__slug", "classifier", "arm", "seed", "run", "run__macro_f1"
    ):
        link = RunLink(seed=seed, slug=slug, run=run, score=f"{score:.3f}")
        links.setdefault((slug, classifier, arm), []).append(link)
    return links


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
