"""What a project holds to train on, before amounts are drawn from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence

from django.db.models import QuerySet

from curation.datasets import Policy, random_subset
from curation.datasets.keeping import BY_HAND, FEW_VOTES, KEPT
from curation.datasets.sources import SourceError, parse_source
from curation.datasets.splits import TEST, VALIDATION, SplitPlan
from curation.errors import BadInput, NothingToDo
from curation.models import DatasetExample, DatasetVersion, Example, Project
from curation.services.datasets import get_version
from curation.services.training_rows.rows import PUBLISHED, LabelledRow, judged_texts

HELD_OUT = (VALIDATION, TEST)
NUMBERED = ("version", "random")


def dataset_version_of(project: Project, source: str) -> DatasetVersion | None:
    """The version that the source names, the first one if it names several; None without.

    Raises:
        BadInput: not a source. VersionNotFound: no such version.
    """
    try:
        parts = parse_source(source)
    except SourceError as error:
        raise BadInput(str(error)) from error
    versions = [get_version(project, part.number) for part in parts if part.base in NUMBERED]
    return versions[0] if versions else None


def synthetic_rows(project: Project, *, method: str = "") -> list[LabelledRow]:
    """Generated texts with the label that their prompt asked for; of one method, or all.

    Raises:
        NothingToDo: no text was made by `method`.
    """
    texts = project.examples.filter(
        split=Example.Split.POOL,
        source=Example.Source.SYNTHETIC,
        intended_label__isnull=False,
    )
    chosen = texts.filter(provenance__method=method) if method else texts
    rows = [
        LabelledRow(id=key, text=text, label=label)
        for key, text, label in chosen.values_list("external_id", "text", "intended_label__name")
    ]
    if method and not rows:
        known = texts.order_by().values_list("provenance__method", flat=True).distinct()
        named = ", ".join(sorted(str(name) for name in known if name)) or "none"
        raise NothingToDo(
            f"Project {project.slug!r} has no synthetic texts by the method {method!r}; "
            f"its methods: {named}."
        )
    return rows


def real_rows(project: Project) -> list[LabelledRow]:
    """Real training texts with their gold label; without any, the judged real texts."""
    texts = project.examples.filter(
        split=Example.Split.TRAIN, source=Example.Source.REAL, gold_label__isnull=False
    ).values_list("external_id", "text", "gold_label__name", PUBLISHED)
    rows = [
        LabelledRow(id=key, text=text, label=label, agreement=share)
        for key, text, label, share in texts
    ]
    return rows or _judged_real(project)


def _judged_real(project: Project) -> list[LabelledRow]:
    found = judged_texts(project, split=Example.Split.POOL)
    if found is None:
        return []
    real = set(
        project.examples.filter(split=Example.Split.POOL, source=Example.Source.REAL).values_list(
            "external_id", flat=True
        )
    )
    return [row for row in found.rows if row.id in real]


def version_rows(version: DatasetVersion) -> list[LabelledRow]:
    """The kept rows of a version, of its training part where it is split."""
    return _labelled(version.rows.filter(drop_reason=KEPT).exclude(split__in=HELD_OUT))


def random_rows(
    version: DatasetVersion,
    *,
    seed: int,
    clean: Callable[[list[LabelledRow]], list[LabelledRow]],
) -> list[LabelledRow]:
    """As many rows as the version has, drawn from everything that it considered.

    As many of each label where it keeps within labels or balances them; none that is held out of
    training, and no near-duplicate of one.

    Args:
        clean: leaves out what no source may hold, of the version's own rows too.
    """
    own = clean(version_rows(version))
    chosen = Counter(row.label for row in own)
    unfit = [FEW_VOTES, BY_HAND]
    considered = version.rows.exclude(drop_reason__in=unfit).exclude(split__in=HELD_OUT)
    rows = _apart(clean(_labelled(considered)), version, but={row.id for row in own})
    policy = Policy.from_json(version.policy)
    within_label = policy.keep_share is not None or bool(policy.balance)
    return drawn_like(rows, chosen, within_label=within_label, seed=seed)


def drawn_like(
    rows: Sequence[LabelledRow], chosen: Counter[str], *, within_label: bool, seed: int
) -> list[LabelledRow]:
    """A random subset as large as what was chosen, `within_label` with as many of each label."""
    drawn = random_subset(
        [row.id for row in rows],
        [row.label for row in rows],
        sizes=dict(chosen) if within_label else chosen.total(),
        seed=seed,
    )
    return [row for row in rows if row.id in drawn]


def _labelled(rows: QuerySet[DatasetExample]) -> list[LabelledRow]:
    return [
        LabelledRow(id=key, text=text, label=label, agreement=agreement, probs=_shares(votes))
        for key, text, label, agreement, votes in rows.values_list(
            "example__external_id", "example__text", "label__name", "agreement", "votes"
        )
    ]


def _shares(votes: Sequence[int]) -> tuple[float, ...] | None:
    total = sum(votes)
    return tuple(count / total for count in votes) if total else None


def _apart(
    rows: list[LabelledRow], version: DatasetVersion, *, but: Collection[str]
) -> list[LabelledRow]:
    """Those that are no near-duplicates of what the version holds out of training.

    Args:
        but: ids of rows that the version itself trains on. A dropped text between two may join
            them to what is held out, and without them there would be too few to draw from.
    """
    plan = SplitPlan.from_json(version.split_plan)
    held_out = version.rows.filter(split__in=HELD_OUT).values_list("example__text", flat=True)
    if plan is None or not held_out:
        return rows
    # scipy is loaded only where texts are compared
    from curation.duplicates.clusters import near_clusters

    cluster = near_clusters([*held_out, *(row.text for row in rows)], near=plan.near).tolist()
    taken = set(cluster[: len(held_out)])
    own = cluster[len(held_out) :]
    return [
        row for row, number in zip(rows, own, strict=True) if number not in taken or row.id in but
    ]
