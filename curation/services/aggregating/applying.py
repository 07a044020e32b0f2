"""One aggregator on a project's votes, with a classifier's predictions where it wants them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from curation import frames
from curation.aggregation import AGGREGATORS, WITH_PREDICTIONS, Aggregated, AggregatorRefused
from curation.errors import BadInput
from curation.models import Prediction, Project

NAMES = (*AGGREGATORS, *WITH_PREDICTIONS)


def aggregate(project: Project, found: frames.ProjectVotes, name: str) -> Aggregated:
    """What the aggregator says about the project's votes.

    Raises:
        BadInput: there is no such aggregator.
        AggregatorRefused: it cannot work on these votes.
    """
    check_name(name)
    if name in AGGREGATORS:
        return AGGREGATORS[name](found.votes)
    return WITH_PREDICTIONS[name](found.votes, _predictions(project, found.example_keys))


def check_name(name: str) -> None:
    """
    Raises:
        BadInput: there is no such aggregator.
    """
    if name not in NAMES:
        raise BadInput(f"There is no aggregator {name!r}; there are {', '.join(NAMES)}.")


def _predictions(project: Project, example_keys: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """(T, K) the mean of what classifiers say about each example they were not trained on."""
    names = project.label_names()
    place = {key: row for row, key in enumerate(example_keys.tolist())}
    total, said = np.zeros((len(place), len(names))), np.zeros(len(place))
    rows = Prediction.objects.filter(project=project).values_list("example", "probs")
    for key, probs in rows.iterator(chunk_size=5_000):
        row = place.get(key)
        if row is not None:
            total[row] += [probs.get(name, 0.0) for name in names]
            said[row] += 1
    if missing := int((said == 0).sum()):
        raise AggregatorRefused(
            "CROWDLAB weighs votes against a classifier that did not learn from them, but no "
            f"classifier has judged {missing:,} of the {len(place):,} examples with votes; take "
            "another aggregator."
        )
    return np.asarray(total / total.sum(axis=1, keepdims=True))
