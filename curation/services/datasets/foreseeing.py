"""What a version would hold: everything that freezing writes, before it is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from curation import frames
from curation.agreement import nominal_alpha
from curation.datasets import Judged, Policy, PolicyError, drop_reasons
from curation.datasets.frozen import FrozenRow, version_fingerprint
from curation.datasets.keeping import KEPT
from curation.datasets.splits import SPLITS, SplitPlan, assign_splits
from curation.errors import BadInput, NothingToCurate
from curation.models import DatasetVersion, Project
from curation.services.agreement import JudgedProject, is_simulated, judge, number


@dataclass(frozen=True, kw_only=True)
class Foreseen:
    """A version that is not frozen yet."""

    policy: Policy
    plan: SplitPlan | None
    rows: Sequence[FrozenRow]  # by external id
    label_names: Sequence[str]
    annotators: int
    alpha: float | None
    mean_agreement: float
    simulated: bool
    fingerprint: str

    @property
    def kept(self) -> int:
        return sum(self.labels.values())

    @property
    def labels(self) -> dict[str, int]:
        """Label → examples kept."""
        kept = Counter(row.label for row in self.rows if row.kept)
        return {name: kept[name] for name in self.label_names}

    @property
    def dropped(self) -> dict[str, int]:
        """Reason → examples dropped."""
        return dict(Counter(row.drop_reason for row in self.rows if not row.kept))

    @property
    def splits(self) -> dict[str, int]:
        """Split → examples kept; splits without any are left out."""
        counts = Counter(row.split for row in self.rows if row.kept)
        return {name: counts[name] for name in SPLITS if counts[name]}

    def known(self, project: Project) -> DatasetVersion | None:
        """The version that holds exactly this already."""
        return project.dataset_versions.filter(fingerprint=self.fingerprint).first()


def foresee(project: Project, policy: Policy, *, splits: SplitPlan | None = None) -> Foreseen:
    """What `curate_dataset` would freeze; nothing is written.

    Raises:
        NothingToDo: nobody has voted yet.
        NothingToCurate: no example satisfies the policy.
        BadInput: the policy names a label that the project does not have, or an aggregator.
    """
    result = judge(project, aggregator=policy.aggregator, posterior=True)
    try:
        reasons = drop_reasons(result.judged, policy)
    except PolicyError as error:
        raise BadInput(str(error)) from error
    if not (reasons == KEPT).any():
        raise nothing_satisfies(policy, judged=len(reasons))
    parts = _splits(project, result, reasons == KEPT, splits)
    digests = frames.text_digests(project)
    rows = sorted(_rows(result, reasons.tolist(), parts, digests), key=lambda row: row.external_id)
    return Foreseen(
        policy=policy,
        plan=splits,
        rows=rows,
        label_names=result.label_names,
        annotators=result.annotators,
        alpha=number(nominal_alpha(result.counts)),
        mean_agreement=float(result.judged.agreement.mean()),
        simulated=is_simulated(project),
        fingerprint=version_fingerprint(policy, splits, rows),
    )


def nothing_satisfies(policy: Policy, *, judged: int) -> NothingToCurate:
    return NothingToCurate(
        f"None of the {judged} judged examples satisfies the policy "
        f"({policy.sentence()}); lower the threshold or the minimum of votes."
    )


def _splits(
    project: Project, result: JudgedProject, kept: npt.NDArray[np.bool_], plan: SplitPlan | None
) -> list[str]:
    """The split of each judged example; "" where it is dropped."""
    parts = np.where(kept, SPLITS[0], "").astype("<U10")
    if plan is None:
        return [str(part) for part in parts]
    # scipy is loaded only where texts are compared
    from curation.duplicates.clusters import near_clusters

    rows = np.flatnonzero(kept)
    keys = result.example_keys[rows]
    texts = frames.texts_of(keys, project)
    parts[rows] = assign_splits(
        [result.judged.external_id[row] for row in rows.tolist()],
        result.judged.label[rows],
        near_clusters(texts, near=plan.near),
        plan,
    )
    return [str(part) for part in parts]


def _rows(
    result: JudgedProject, reasons: list[str], parts: list[str], digests: dict[int, str]
) -> Iterator[FrozenRow]:
    columns = zip(
        _columns(result.judged),
        result.example_keys.tolist(),
        result.counts.tolist(),
        result.aggregated.probabilities.tolist(),
        reasons,
        parts,
        strict=True,
    )
    for (name, label, agreement, entropy, p, true), key, votes, each, reason, part in columns:
        yield FrozenRow(
            external_id=name,
            example=key,
            text_digest=digests[key],
            label=result.label_names[label],
            votes=votes,
            agreement=agreement,
            entropy=entropy,
            probability=p,
            posterior=true,
            probabilities=each,
            drop_reason=reason,
            split=part,
        )


def _columns(
    judged: Judged,
) -> Iterator[tuple[str, int, float, float, float, tuple[float, float, float]]]:
    """External id, label code, agreement, entropy, probability and posterior of each example."""
    posterior = judged.posterior
    assert posterior is not None, "it was asked for"
    true = zip(
        posterior.mean.tolist(), posterior.low.tolist(), posterior.high.tolist(), strict=True
    )
    return zip(
        judged.external_id,
        judged.label.tolist(),
        judged.agreement.tolist(),
        judged.entropy.tolist(),
        judged.probability.tolist(),
        true,
        strict=True,
    )
