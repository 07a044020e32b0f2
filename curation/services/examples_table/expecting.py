"""How many rows the database expects, where it can be asked without reading them.

PostgreSQL's planner goes by a sample taken a while ago, so it may be wrong either way: by what it
says a way is chosen, never what is shown.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet


def expected_rows(rows: QuerySet[Any, Any]) -> float:
    """Rows of a query; 0 where the database cannot be asked."""
    if connection.vendor != "postgresql":
        return 0
    try:
        statement, given = rows.query.sql_with_params()
    except EmptyResultSet:  # Django knows that there are none
        return 0
    return expected_of(statement, given)


def expected_of(statement: str, given: Sequence[Any]) -> float:
    """Rows of a statement of PostgreSQL with its parameters."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}", given)
        told = cursor.fetchone()[0]
    plans = json.loads(told) if isinstance(told, str) else told
    return float(plans[0]["Plan"]["Plan Rows"])
