"""What the votes themselves say: which labels are disputed, and how far a label can be trusted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.curation.sets import Floats, RealSet
from curation.agreement.posterior import fit_agreement
from curation.explorer.curves import POSTERIOR, RAW
from curation.explorer.heads import Singles
from curation.explorer.pool import Pool


@dataclass(frozen=True, kw_only=True)
class LabelFacts:
    """One label of a set."""

    name: str
    share: float  # of the texts
    agreement: float  # mean a_i of its texts
    trusted: float  # that one more person names it where the others' majority does; NaN unknown

    def as_json(self) -> dict[str, float | str | None]:
        trusted = None if np.isnan(self.trusted) else round(self.trusted, 4)
        return {
            "name": self.name,
            "share": round(self.share, 4),
            "agreement": round(self.agreement, 4),
            "trusted": trusted,
        }


def label_facts(judged: RealSet) -> list[LabelFacts]:
    """The labels of a set, the commonest first."""
    shares = np.bincount(judged.label, minlength=len(judged.label_names)) / len(judged.label)
    trusted = _trusted(judged)
    return [
        LabelFacts(
            name=judged.label_names[code],
            share=float(shares[code]),
            agreement=float(judged.agreement[judged.label == code].mean()),
            trusted=float(trusted[code]),
        )
        for code in np.argsort(-shares, kind="stable")
    ]


def _trusted(judged: RealSet) -> Floats:
    """(K,) every vote is put aside once and held against the majority of the others.

    Ties of the others go to the label with more votes in the set.
    """
    n_labels = len(judged.label_names)
    if judged.counts is None:
        return np.full(n_labels, np.nan)
    counts = judged.counts[judged.counts.sum(axis=1) > 1]
    preferred = np.argsort(-counts.sum(axis=0), kind="stable")
    named, same = np.zeros(n_labels), np.zeros(n_labels)
    for aside in range(n_labels):
        votes = counts[:, aside]
        others = counts - (np.arange(n_labels) == aside)
        majority = preferred[others[:, preferred].argmax(axis=1)]
        named += np.bincount(majority, weights=votes, minlength=n_labels)
        same[aside] = votes[majority == aside].sum()
    return np.divide(same, named, out=np.full(n_labels, np.nan), where=named > 0)


def pool_of(judged: RealSet, vectors: Singles) -> Pool:
    """The set as the explorer takes it."""
    agreement, reached = {RAW: judged.agreement}, {}
    if judged.counts is not None:
        posterior = fit_agreement(judged.counts)
        agreement[POSTERIOR] = posterior.mean
        values = posterior.evidence.values
        middle = values[:, values.shape[1] // 2]
        reached[POSTERIOR] = np.asarray(middle[posterior.evidence.distinct.inverse])
    return Pool(
        ids=judged.ids,
        vectors=vectors,
        label=judged.label,
        shares=judged.shares,
        agreement=agreement,
        reached=reached,
    )
