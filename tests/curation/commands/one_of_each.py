"""A row in every table that an archive holds, so that a table that gets lost on the way shows."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import models

from curation.services.backups.schema import kept_tables

ODD: dict[type[models.Field[Any, Any]], Callable[[], Any]] = {
    models.BooleanField: lambda: True,
    models.IntegerField: lambda: 3,
    models.FloatField: lambda: 0.1 + 0.2,
    models.DecimalField: lambda: Decimal("0.5"),
    models.DateTimeField: lambda: datetime(2024, 2, 29, 23, 59, 59, 999999, tzinfo=UTC),
    models.DateField: lambda: date(2024, 2, 29),
    models.TimeField: lambda: time(23, 59, 59, 1),
    models.DurationField: lambda: timedelta(days=1, microseconds=1),
    models.UUIDField: uuid.uuid4,
    models.JSONField: lambda: {"b": [1, None, 0.1 + 0.2], "a": {"ü": True}},
    models.BinaryField: lambda: b"\x00\xff",
    models.GenericIPAddressField: lambda: "127.0.0.1",
    models.TextField: lambda: 'a "text"\n\twith\\everything 🙂',
    models.CharField: lambda: "ü",
}
"""A value for each kind of column, odd where that may go wrong."""


def fill_every_table() -> None:
    """Add a row to each table of an archive that has none."""
    by_table = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
    for table in kept_tables():
        rows = by_table[table.name]._base_manager
        if not rows.exists():
            rows.bulk_create([_row_of(by_table[table.name])])


def _row_of(model: type[models.Model]) -> models.Model:
    fields = [field for field in model._meta.concrete_fields if not _is_made_by_database(field)]
    return model(**{field.attname: _value_of(field) for field in fields})


def _is_made_by_database(field: models.Field[Any, Any]) -> bool:
    return isinstance(field, models.AutoField) or field.generated


def _value_of(field: models.Field[Any, Any]) -> Any:
    if field.is_relation:
        assert isinstance(field.related_model, type)
        first = field.related_model._base_manager.order_by("pk").first()
        return None if first is None else first.pk
    if field.choices:
        return next(value for value, _ in field.flatchoices)
    if field.has_default() and not isinstance(field, models.JSONField):
        return field.get_default()
    kinds = (kind for kind in type(field).__mro__ if kind in ODD)
    return ODD[next(kinds)]()
