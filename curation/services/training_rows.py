"""The rows a classifier is trained and tested on, by the name of their source."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from django.db.models import QuerySet

from curation.datasets import Policy, random_subset
from curation.datasets.keeping import FEW_VOTES, KEPT
from curation.datasets.splits import TEST, VALIDATION, SplitPlan
from curation.errors import BadInput, NothingToDo
from curation.models import DatasetExample, DatasetVersion, Example, Project
from curation.services.agreement import judge
from curation.services.datasets import get_version

HELD_OUT = (VALIDATION, TEST)
NUMBERED = re.compile(r"(version|random):([1-9][0-9]*)")


@dataclass(frozen=True, kw_only=True)
class LabelledRow:
    """One text with the label it is trained or scored on."""

    id: str
    text: str
    label: str
    agreement: float | None = None  # a_i of its votes in (0, 1], where it has votes


def dataset_version_of(project: Project, source: str) -> DatasetVersion | None:
    """The version that "version:N" or "random:N" names; None for other sources.

    Raises:
        BadInput: not a source. VersionNotFound: no such version.
    """
    if source in {"synthetic", "real"}:
        return None
    match = NUMBERED.fullmatch(source)
    if match is None:
        raise BadInput(
            f"{source!r} is not a training source; use synthetic, real, version:N or random:N."
        )
    return get_version(project, int(match[2]))


def training_rows(project: Project, source: str, *, seed: int) -> list[LabelledRow]:
    """The training rows of a source, by id; never a test text.

    synthetic: all generated texts with the label their prompt asked for, as if nobody had
    judged them. real: all real training texts with their gold label; in a project of imported
    votes, all judged texts with their aggregated label. version:N: the kept rows of a version, of
    its training part where it is split. random:N: as many rows as that (as many of each label when
    it keeps within labels or balances them), drawn by `seed` from everything that version
    considered, with its labels; none that is held out of training, and no near-duplicate of one.

    Raises:
        BadInput, VersionNotFound: not a source of this project.
        NothingToDo: the source has no rows.
    """
    version = dataset_version_of(project, source)
    if version is None:
        rows = _synthetic(project) if source == "synthetic" else _real(project)
    elif source.startswith("version:"):
        rows = _version_rows(version)
    else:
        rows = _random_rows(version, seed=seed)
    if not rows:
        raise NothingToDo(f"Project {project.slug!r} has no rows of source {source!r} to train on.")
    return sorted(rows, key=lambda row: row.id)


def test_rows(project: Project) -> list[LabelledRow]:
    """The fixed test set, by id: gold labels, else the aggregated label of its votes.

    Raises:
        NothingToDo: the project has no test texts with labels.
    """
    gold = project.examples.filter(split=Example.Split.TEST, gold_label__isnull=False)
    rows = {
        key: LabelledRow(id=key, text=text, label=label)
        for key, text, label in gold.values_list("external_id", "text", "gold_label__name")
    }
    for row in _judged_rows(project, split=Example.Split.TEST):
        known = rows.get(row.id)
        rows[row.id] = (
            row
            if known is None
            else LabelledRow(id=row.id, text=row.text, label=known.label, agreement=row.agreement)
        )
    if not rows:
        raise NothingToDo(
            f"Project {project.slug!r} has no test set; import one with "
            f"manage.py import_examples {project.slug} FILE --split test, or set some judged texts "
            "aside with import_votes --test-share."
        )
    return [rows[key] for key in sorted(rows)]


def scored_on(project: Project) -> tuple[int, int]:
    """How many of the test texts have a trusted label, and how many only their crowd's."""
    trusted = project.examples.filter(split=Example.Split.TEST, gold_label__isnull=False).count()
    return trusted, len(test_rows(project)) - trusted


test_rows.__test__ = False  # type: ignore[attr-defined]  # a service, not a test


def _synthetic(project: Project) -> list[LabelledRow]:
    texts = project.examples.filter(
        split=Example.Split.POOL,
        source=Example.Source.SYNTHETIC,
        intended_label__isnull=False,
    ).values_list("external_id", "text", "intended_label__name")
    return [LabelledRow(id=key, text=text, label=label) for key, text, label in texts]


def _real(project: Project) -> list[LabelledRow]:
    texts = project.examples.filter(
        split=Example.Split.TRAIN, source=Example.Source.REAL, gold_label__isnull=False
    ).values_list("external_id", "text", "gold_label__name")
    rows = [LabelledRow(id=key, text=text, label=label) for key, text, label in texts]
    return rows or _judged_rows(project, split=Example.Split.POOL, source=Example.Source.REAL)


def _judged_rows(project: Project, *, split: str, source: str | None = None) -> list[LabelledRow]:
    try:
        result = judge(project, split=split)
    except NothingToDo:
        return []
    examples = project.examples.filter(pk__in=result.example_keys.tolist())
    texts = dict((examples.filter(source=source) if source else examples).values_list("pk", "text"))
    columns = zip(
        result.example_keys.tolist(),
        result.judged.external_id,
        result.judged.label.tolist(),
        result.judged.agreement.tolist(),
        strict=True,
    )
    return [
        LabelledRow(id=name, text=texts[key], label=result.label_names[label], agreement=agreement)
        for key, name, label, agreement in columns
        if key in texts
    ]


def _version_rows(version: DatasetVersion) -> list[LabelledRow]:
    return _labelled(version.rows.filter(drop_reason=KEPT).exclude(split__in=HELD_OUT))


def _labelled(rows: QuerySet[DatasetExample]) -> list[LabelledRow]:
    return [
        LabelledRow(id=key, text=text, label=label, agreement=agreement)
        for key, text, label, agreement in rows.values_list(
            "example__external_id", "example__text", "label__name", "agreement"
        )
    ]


def _random_rows(version: DatasetVersion, *, seed: int) -> list[LabelledRow]:
    chosen = Counter(row.label for row in _version_rows(version))
    considered = version.rows.exclude(drop_reason=FEW_VOTES).exclude(split__in=HELD_OUT)
    rows = _apart(_labelled(considered), version)
    policy = Policy.from_json(version.policy)
    within_label = policy.keep_share is not None or bool(policy.balance)
    drawn = random_subset(
        [row.id for row in rows],
        [row.label for row in rows],
        sizes=dict(chosen) if within_label else chosen.total(),
        seed=seed,
    )
    return [row for row in rows if row.id in drawn]


def _apart(rows: list[LabelledRow], version: DatasetVersion) -> list[LabelledRow]:
    """Those that are no near-duplicates of what the version holds out of training."""
    plan = SplitPlan.from_json(version.split_plan)
    held_out = version.rows.filter(split__in=HELD_OUT).values_list("example__text", flat=True)
    if plan is None or not held_out:
        return rows
    # scipy is loaded only where texts are compared
    from curation.duplicates.clusters import near_clusters

    cluster = near_clusters([*held_out, *(row.text for row in rows)], near=plan.near).tolist()
    taken = set(cluster[: len(held_out)])
    own = cluster[len(held_out) :]
    return [row for row, number in zip(rows, own, strict=True) if number not in taken]
