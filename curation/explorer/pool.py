"""What scores are measured on: judged examples as columns, and a test set where there is one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from curation.datasets import keeping
from curation.explorer.curves import RAW
from curation.explorer.heads import Singles
from curation.explorer.selections import Codes, Floats, Tickets

FEWEST_EXAMPLES = 20
FEWEST_OF_A_LABEL = 5  # of at least two labels, so that every part to train on has both


class TooFewExamples(ValueError):
    """Nothing can be trained and scored; the message is a sentence for the user."""


@dataclass(frozen=True, kw_only=True)
class Pool:
    """N judged examples."""

    ids: list[str]  # distinct; they decide folds, ties and random subsets
    vectors: Singles  # (N, D)
    label: Codes  # (N,) aggregated, in [0, K)
    shares: Floats  # (N, K) of the votes, rows sum to 1
    agreement: Mapping[str, Floats]  # (N,) each, in (0, 1]: a_i as RAW, perhaps POSTERIOR
    # (N,) each: the largest γ an example is said to reach, where that is not its agreement
    reached: Mapping[str, Floats] = field(default_factory=dict)
    probability: Floats | None = None  # (N,) the aggregator's, of the label; decides ties
    # (N,) examples of one number say the same, and are never on both sides; None: all differ
    group: Codes | None = None

    @property
    def n_labels(self) -> int:
        return int(self.shares.shape[1])

    def rows(self, places: Codes) -> Pool:
        """Some of the examples, in that order."""
        return Pool(
            ids=[self.ids[place] for place in places.tolist()],
            vectors=self.vectors[places],
            label=self.label[places],
            shares=self.shares[places],
            agreement={name: values[places] for name, values in self.agreement.items()},
            reached={name: values[places] for name, values in self.reached.items()},
            probability=None if self.probability is None else self.probability[places],
            group=None if self.group is None else self.group[places],
        )

    def by_id(self) -> Pool:
        """The same examples in an order that does not depend on theirs."""
        return self.rows(np.array(sorted(range(len(self.ids)), key=self.ids.__getitem__)))

    def reaching(self, measure: str) -> Floats:
        """(N,) the largest γ each example reaches by that agreement."""
        return self.reached.get(measure, self.agreement[measure])

    def best_first(self, measure: str) -> Codes:
        """Places by agreement, then probability, then lot, as a policy ranks them."""
        agreement = self.agreement[measure]
        probability = agreement if self.probability is None else self.probability
        return np.lexsort((self.ties, -np.round(probability, 9), -np.round(agreement, 9)))

    @cached_property
    def ties(self) -> Tickets:
        """(N,) what decides between equals."""
        return keeping.tickets(self.ids, np.arange(len(self.ids)))

    @cached_property
    def lots(self) -> Tickets:
        """(N,) what decides which rows go where labels are cut to the same size."""
        return keeping.tickets(self.ids, np.arange(len(self.ids)), purpose="balance:")

    def check(self, *, crossed: bool) -> None:
        """Raise `TooFewExamples` where no classifier could be trained and scored.

        Args:
            crossed: examples are both; those that say the same then count once in a label.
        """
        label = self.label
        if crossed and self.group is not None:
            label = np.unique(np.stack([label, self.group], axis=1), axis=0)[:, 0]
        enough = int((np.bincount(label) >= FEWEST_OF_A_LABEL).sum())
        if len(self.ids) < FEWEST_EXAMPLES or enough < 2:
            raise TooFewExamples(
                f"Expected scores need {FEWEST_EXAMPLES} judged examples and two labels with "
                f"{FEWEST_OF_A_LABEL} or more each, but there are {len(self.ids)} examples and "
                f"{enough} such labels; let people judge more."
            )


@dataclass(frozen=True, kw_only=True)
class TestSet:
    """S texts with gold labels that nothing is trained on."""

    ids: list[str]
    vectors: Singles  # (S, D)
    gold: Codes  # (S,) in [0, K)
    agreement: Floats | None  # (S,) a_i, NaN for texts without votes; None where none has any

    __test__ = False  # not a test class

    def by_id(self) -> TestSet:
        """The same texts in an order that does not depend on theirs."""
        order = np.array(sorted(range(len(self.ids)), key=self.ids.__getitem__), dtype=np.int64)
        return TestSet(
            ids=[self.ids[place] for place in order.tolist()],
            vectors=self.vectors[order],
            gold=self.gold[order],
            agreement=None if self.agreement is None else self.agreement[order],
        )


def own_test(pool: Pool) -> TestSet:
    """The pool as its own test set, its aggregated labels as gold, for cross-fitting."""
    return TestSet(
        ids=pool.ids, vectors=pool.vectors, gold=pool.label, agreement=pool.agreement[RAW]
    )
