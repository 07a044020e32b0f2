"""How classifiers learned examples, in and out. Everybody reads it here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction

from curation.bulk import chunked, insert_rows
from curation.errors import BadInput
from curation.models import Project, TrainingDynamics

CHUNK = 5_000  # rows looked up and written together
DIGITS = 6  # of a stored share
MOST_VARIABLE = 0.5  # the standard deviation of values half 0 and half 1
FIELDS = [
    "project", "example", "run_key", "label", "seen",
    "confidence", "variability", "correctness", "region",
]  # fmt: skip
SAID = FIELDS[3:]  # what can change when a run says it anew


@dataclass(frozen=True, kw_only=True)
class NewDynamics:
    """How a run learned one example it was trained on."""

    example: str  # external id
    label: str  # label code it was trained on
    seen: int  # times, at least 1
    confidence: float  # mean p(label), in [0, 1]
    variability: float  # its standard deviation, in [0, 0.5]
    correctness: float  # share of times no other label was likelier, in [0, 1]
    region: str  # TrainingDynamics.Region


@dataclass(frozen=True, kw_only=True)
class ExampleDynamics(NewDynamics):
    """The same, as it is stored."""

    text: str
    split: str  # Example.Split


@transaction.atomic
def attach_dynamics(project: Project, run_key: str, rows: Iterable[NewDynamics]) -> int:
    """Store how the run `run_key` learned; what it has said about the same example is replaced.

    Returns:
        Rows that are new or have changed: 0 when the same is attached again.

    Raises:
        BadInput: an example or a label is not in the project, an example comes twice, or a number
            is out of range. Nothing is written.
    """
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)  # one attaching at a time
    label_keys = dict(project.labels.values_list("name", "pk"))
    attached = set[int]()
    written = 0
    for chunk in chunked(rows, CHUNK):
        fresh = _by_example(project, chunk, label_keys)
        if attached & fresh.keys():
            raise BadInput("A run says something about one example more than once.")
        attached |= fresh.keys()
        written += _write(project, run_key, fresh)
    return written


def dynamics_of(project: Project, run_key: str) -> Iterator[ExampleDynamics]:
    """How that run learned, in the order it was attached; nothing for an unknown key."""
    rows = TrainingDynamics.objects.filter(project=project, run_key=run_key).order_by("pk")
    columns = rows.values_list(
        "example__external_id", "example__text", "example__split", "label__name", *SAID[1:]
    )
    for example, text, split, label, seen, *shares, region in columns.iterator(chunk_size=CHUNK):
        confidence, variability, correctness = shares
        yield ExampleDynamics(
            example=example,
            text=text,
            split=split,
            label=label,
            seen=seen,
            confidence=confidence,
            variability=variability,
            correctness=correctness,
            region=region,
        )


def _by_example(
    project: Project, chunk: Sequence[NewDynamics], label_keys: dict[str, int]
) -> dict[int, tuple[object, ...]]:
    """Example key → the values of SAID."""
    names = [row.example for row in chunk]
    keys = dict(project.examples.filter(external_id__in=names).values_list("external_id", "pk"))
    if missing := next((name for name in names if name not in keys), None):
        raise BadInput(
            f"Project {project.slug!r} has no example {missing!r}, so nothing can be said about it."
        )
    if len(set(names)) < len(names):
        raise BadInput("A run says something about one example more than once.")
    return {keys[row.example]: _checked(row, label_keys) for row in chunk}


def _checked(row: NewDynamics, label_keys: dict[str, int]) -> tuple[object, ...]:
    if row.label not in label_keys:
        known = ", ".join(label_keys)
        raise BadInput(f"Label {row.label!r} is not one of the project's labels ({known}).")
    shares = [round(x, DIGITS) for x in (row.confidence, row.variability, row.correctness)]
    in_range = all(0 <= share <= 1 for share in shares) and shares[1] <= MOST_VARIABLE
    if not in_range or row.seen < 1 or row.region not in TrainingDynamics.Region.values:
        raise BadInput(
            f"The training dynamics of example {row.example!r} are not possible: confidence and "
            "correctness must be in 0 to 1, variability in 0 to 0.5, seen at least 1, and the "
            f"region one of {', '.join(TrainingDynamics.Region.values)}."
        )
    return label_keys[row.label], row.seen, *shares, row.region


def _write(project: Project, run_key: str, said: dict[int, tuple[object, ...]]) -> int:
    stored = TrainingDynamics.objects.filter(run_key=run_key, example__in=list(said))
    known = {key: tuple(values) for key, *values in stored.values_list("example", *SAID)}
    fresh = {key: values for key, values in said.items() if known.get(key) != values}
    stored.filter(example__in=fresh.keys() & known.keys()).delete()
    rows = [(project.pk, key, run_key, *values) for key, values in fresh.items()]
    insert_rows(TrainingDynamics, FIELDS, rows)
    return len(rows)
