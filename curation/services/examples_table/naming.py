"""Summaries of the examples that an index has named."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection
from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import RawSQL

from curation.models import ExampleSummary

AMONG = "curation_examplesummary.example_id = ANY(%s::bigint[])"


def only(rows: QuerySet[ExampleSummary], keys: Sequence[int] | None) -> QuerySet[ExampleSummary]:
    """The rows of these examples; all where keys are None.

    On PostgreSQL the keys are one parameter: ten thousand of them would take longer to be written
    into the statement than it runs.
    """
    if keys is None:
        return rows
    if connection.vendor != "postgresql":
        return rows.filter(pk__in=keys)
    written = f"{{{','.join(map(str, keys))}}}"
    # keys are whole numbers, and a parameter
    return rows.filter(RawSQL(AMONG, [written], output_field=BooleanField()))  # noqa: S611
