"""What classifiers said about examples, in and out. Everybody reads it here."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from curation.bulk import chunked, insert_rows
from curation.errors import BadInput
from curation.models import Prediction, Project

CHUNK = 5_000  # rows looked up and written together
TOLERANCE = 1e-3  # how far a sum of probabilities may be from 1
DIGITS = 6  # of a stored probability
FIELDS = ["project", "example", "run_key", "probs", "label", "entropy"]


@dataclass(frozen=True, kw_only=True)
class NewPrediction:
    """What a classifier says about one example it was not trained on."""

    example: str  # external id
    probs: Mapping[str, float]  # label code → p in [0, 1], sum 1; labels left out count as 0


@dataclass(frozen=True, kw_only=True)
class ExamplePrediction:
    """The same, as it is stored."""

    example: str  # external id
    text: str
    split: str  # Example.Split
    probs: dict[str, float]  # label code → p in [0, 1], every label of the project
    predicted: str  # label code of the largest p; of equals, the project's first
    entropy: float  # of probs, bits


@transaction.atomic
def attach_predictions(project: Project, run_key: str, rows: Iterable[NewPrediction]) -> int:
    """Store what the run `run_key` says; what it has said about the same example is replaced.

    Returns:
        Rows that are new or have changed: 0 when the same is attached again.

    Raises:
        BadInput: an example or a label is not in the project, an example comes twice, or the
            probabilities are none. Nothing is written.
    """
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)  # one attaching at a time
    label_keys = dict(project.labels.order_by("position").values_list("name", "pk"))
    written = 0
    for chunk in chunked(rows, CHUNK):
        written += _attach_chunk(project, run_key, chunk, label_keys)
    return written


def predictions_of(project: Project, run_key: str) -> Iterator[ExamplePrediction]:
    """What that run said, in the order it was attached; nothing for an unknown key."""
    rows = Prediction.objects.filter(project=project, run_key=run_key).order_by("pk")
    columns = rows.values_list(
        "example__external_id", "example__text", "example__split", "probs", "label__name", "entropy"
    )
    for example, text, split, probs, predicted, entropy in columns.iterator(chunk_size=CHUNK):
        yield ExamplePrediction(
            example=example,
            text=text,
            split=split,
            probs=probs,
            predicted=predicted,
            entropy=entropy,
        )


def entropy_bits(probs: Iterable[float]) -> float:
    """How unsure a classifier is: 0 for a certain label, log2 of K for K equal ones.

    >>> entropy_bits([0.5, 0.5]), entropy_bits([1.0, 0.0])
    (1.0, 0.0)
    """
    return sum(-p * math.log2(p) for p in probs if p > 0) + 0.0


def _attach_chunk(
    project: Project, run_key: str, chunk: Sequence[NewPrediction], label_keys: Mapping[str, int]
) -> int:
    example_keys = _example_keys(project, [row.example for row in chunk])
    known = dict(
        Prediction.objects.filter(
            run_key=run_key, example__in=list(example_keys.values())
        ).values_list("example", "probs")
    )
    fresh = {}
    for row in chunk:
        key = example_keys[row.example]
        probs = _checked(row, label_keys)
        if known.get(key) != probs:
            fresh[key] = probs
    Prediction.objects.filter(run_key=run_key, example__in=fresh.keys() & known.keys()).delete()
    rows = [
        (project.pk, key, run_key, probs, label_keys[_largest(probs)], _entropy(probs))
        for key, probs in fresh.items()
    ]
    insert_rows(Prediction, FIELDS, rows)
    return len(rows)


def _example_keys(project: Project, names: Sequence[str]) -> dict[str, int]:
    found = project.examples.filter(external_id__in=names)
    keys = dict(found.values_list("external_id", "pk"))
    if missing := next((name for name in names if name not in keys), None):
        raise BadInput(
            f"Project {project.slug!r} has no example {missing!r}, so nothing can be said about it."
        )
    if len(set(names)) < len(names):
        raise BadInput("A run says something about one example more than once.")
    return keys


def _checked(row: NewPrediction, label_keys: Mapping[str, int]) -> dict[str, float]:
    """The probabilities as they are stored: every label, in the project's order."""
    if unknown := next((name for name in row.probs if name not in label_keys), None):
        known = ", ".join(label_keys)
        raise BadInput(f"Label {unknown!r} is not one of the project's labels ({known}).")
    probs = {name: float(row.probs.get(name, 0.0)) for name in label_keys}
    in_range = all(0 <= p <= 1 for p in probs.values())  # False for NaN too
    if not in_range or abs(sum(probs.values()) - 1) > TOLERANCE:
        raise BadInput(
            f"The probabilities of example {row.example!r} must be in 0 to 1 and sum to 1, "
            f"but they are {', '.join(f'{p:g}' for p in probs.values())}."
        )
    return {name: round(p, DIGITS) for name, p in probs.items()}


def _largest(probs: Mapping[str, float]) -> str:
    return max(probs, key=lambda name: probs[name])


def _entropy(probs: Mapping[str, float]) -> float:
    return round(entropy_bits(probs.values()), DIGITS)
