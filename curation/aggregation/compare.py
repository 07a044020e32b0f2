"""Aggregators side by side: what hangs on the choice between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from curation.aggregation.result import Aggregated, Floats, Ints
from curation.datasets.keeping import KEPT, Judged, drop_reasons, tickets
from curation.datasets.policy import Policy

Flags = npt.NDArray[np.bool_]

BASE = "majority"  # what the others are held against
MOST_FLIPS = 200  # examples that are named


@dataclass(frozen=True, kw_only=True)
class Downstream:
    """What a policy keeps under a method's labels, against the majority's."""

    policy: str  # in words
    kept: int
    entered: int  # kept here only
    left: int  # kept under the majority's labels only
    relabelled: int  # kept under both, with another label


@dataclass(frozen=True, kw_only=True)
class MethodView:
    """One method. Where it refused, everything after `refusal` is empty."""

    name: str
    refusal: str = ""  # why it has no answer
    labels: tuple[int, ...] = ()  # (K,) examples per label
    flips: int = 0  # examples whose label is not the majority's
    flips_to: tuple[int, ...] = ()  # (K,) of them, by the label they get
    confidence: float | None = None  # mean probability of the label, in [0, 1]
    right: int = 0  # of `gold` examples
    gold: int = 0  # examples whose true label is known
    downstream: tuple[Downstream, ...] = ()  # one per policy


@dataclass(frozen=True, kw_only=True)
class Flip:
    """One example on which methods differ."""

    row: int  # in the judged examples
    labels: tuple[int, ...]  # one per method that answered


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Methods side by side on N examples."""

    examples: int
    methods: tuple[MethodView, ...]
    answered: tuple[str, ...]  # M methods with an answer
    alike: tuple[tuple[float, ...], ...]  # (M, M) share of examples with the same label
    flipping: int  # examples on which not all methods give the same label
    flips: tuple[Flip, ...]  # the most divided first, at most MOST_FLIPS

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Comparison:
        return cls(
            examples=stored["examples"],
            methods=tuple(_view_from(one) for one in stored["methods"]),
            answered=tuple(stored["answered"]),
            alike=tuple(tuple(row) for row in stored["alike"]),
            flipping=stored["flipping"],
            flips=tuple(
                Flip(row=one["row"], labels=tuple(one["labels"])) for one in stored["flips"]
            ),
        )


def compare(
    results: Mapping[str, Aggregated | str],
    judged: Judged,
    *,
    gold: Ints,
    policies: Sequence[Policy],
) -> Comparison:
    """What each method makes of the same votes.

    Args:
        results: what each method says, or in a sentence why it refused; "majority" answers.
        judged: the N examples; their labels and probabilities are set to each method's in turn.
        gold: (N,) known labels, -1 where there is none.
        policies: whose kept rows are counted under each method's labels.

    >>> votes = Judged(
    ...     external_id=["a", "b"], label=np.array([0, 0]), agreement=np.array([1.0, 0.5]),
    ...     entropy=np.zeros(2), probability=np.ones(2), n_votes=np.array([2, 2]),
    ... )
    >>> first, second = (
    ...     Aggregated(labels=np.array(labels), probabilities=np.eye(2)[labels])
    ...     for labels in ([0, 0], [0, 1])
    ... )
    >>> found = compare(
    ...     {"majority": first, "dawid_skene": second}, votes, gold=np.array([0, 1]), policies=[]
    ... )
    >>> found.flipping, found.flips, found.alike[0]
    (1, (Flip(row=1, labels=(0, 1)),), (1.0, 0.5))
    >>> [method.right for method in found.methods]
    [1, 2]
    """
    answers = {name: one for name, one in results.items() if isinstance(one, Aggregated)}
    said = np.stack([one.labels for one in answers.values()])
    kept_by = [(policy, _kept(answers[BASE], judged, policy)) for policy in policies]
    differing = np.flatnonzero((said != said[0]).any(axis=0))
    return Comparison(
        examples=len(judged.label),
        methods=tuple(
            MethodView(name=name, refusal=one)
            if isinstance(one, str)
            else _view(name, one, answers[BASE], judged, gold, kept_by)
            for name, one in results.items()
        ),
        answered=tuple(answers),
        alike=tuple(tuple(row) for row in _alike(said).tolist()),
        flipping=len(differing),
        flips=tuple(
            Flip(row=int(row), labels=tuple(said[:, row].tolist()))
            for row in _most_divided(said, differing, judged)
        ),
    )


def _view(
    name: str,
    one: Aggregated,
    base: Aggregated,
    judged: Judged,
    gold: Ints,
    kept_by: Sequence[tuple[Policy, Flags]],
) -> MethodView:
    n_labels = one.probabilities.shape[1]
    flipped = one.labels != base.labels
    known = gold >= 0
    return MethodView(
        name=name,
        labels=tuple(np.bincount(one.labels, minlength=n_labels).tolist()),
        flips=int(flipped.sum()),
        flips_to=tuple(np.bincount(one.labels[flipped], minlength=n_labels).tolist()),
        confidence=float(one.confidence.mean()) if len(one.labels) else None,
        right=int((one.labels[known] == gold[known]).sum()),
        gold=int(known.sum()),
        downstream=tuple(
            _downstream(one, base, judged, policy, there) for policy, there in kept_by
        ),
    )


def _downstream(
    one: Aggregated, base: Aggregated, judged: Judged, policy: Policy, there: Flags
) -> Downstream:
    here = _kept(one, judged, policy)
    return Downstream(
        policy=policy.sentence(),
        kept=int(here.sum()),
        entered=int((here & ~there).sum()),
        left=int((there & ~here).sum()),
        relabelled=int((here & there & (one.labels != base.labels)).sum()),
    )


def _kept(one: Aggregated, judged: Judged, policy: Policy) -> Flags:
    """(N,) whether the policy keeps each example under this method's labels."""
    mine = replace(judged, label=one.labels, probability=one.confidence)
    return np.asarray(drop_reasons(mine, policy) == KEPT)


def _alike(said: Ints) -> Floats:
    """(M, M) share of examples to which two methods give the same label."""
    return np.stack(
        [(said == row).mean(axis=1) if len(row) else np.ones(len(said)) for row in said]
    )


def _most_divided(said: Ints, differing: Ints, judged: Judged) -> Ints:
    """Rows by how many methods part from the majority, then by agreement, then by lot."""
    parting = (said[:, differing] != said[0, differing]).sum(axis=0)
    lot = tickets(judged.external_id, differing)
    order = np.lexsort((lot, np.round(judged.agreement[differing], 9), -parting))
    return np.asarray(differing[order][:MOST_FLIPS], dtype=np.int64)


def _view_from(stored: Mapping[str, Any]) -> MethodView:
    return MethodView(
        **{
            **stored,
            "labels": tuple(stored["labels"]),
            "flips_to": tuple(stored["flips_to"]),
            "downstream": tuple(Downstream(**one) for one in stored["downstream"]),
        }
    )
