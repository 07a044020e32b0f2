"""The tables that an archive holds, in the order in which they can be filled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.migrations.recorder import MigrationRecorder

from curation.archives.manifest import Table
from curation.archives.values import Kind

# what only says how things stand at this moment: sign-ins, deliveries, living workers; and what
# the database makes by itself with every example and a worker brings up to its votes
LEFT_OUT = frozenset(
    {
        "django_session", "usersessions_usersession", "django_tasks_db_dbtaskresult",
        "curation_workerprocess", "curation_examplesummary", "curation_summarystate",
    }
)  # fmt: skip
# what `migrate` makes by itself, so that it says nothing about an installation being used
MADE_BY_MIGRATE = frozenset({"django_content_type", "auth_permission", "django_site"})

_KINDS = {
    Kind.INTEGER: "Auto BigAuto SmallAuto Integer BigInteger SmallInteger PositiveInteger "
    "PositiveBigInteger PositiveSmallInteger",
    Kind.FLOAT: "Float",
    Kind.BOOLEAN: "Boolean",
    Kind.TEXT: "Char Text Slug File FilePath GenericIPAddress IPAddress",
    Kind.JSON: "JSON",
    Kind.DATETIME: "DateTime",
    Kind.DATE: "Date",
    Kind.TIME: "Time",
    Kind.DURATION: "Duration",
    Kind.UUID: "UUID",
    Kind.DECIMAL: "Decimal",
    Kind.BINARY: "Binary",
}
KIND_OF = {f"{name}Field": kind for kind, names in _KINDS.items() for name in names.split()}


def kept_tables() -> list[Table]:
    """Every table but those left out; a table comes after those that it refers to."""
    return [_table(model) for model in _in_order(_models())]


def known_tables() -> set[str]:
    """All tables of this version, `django_migrations` included."""
    every = apps.get_models(include_auto_created=True)
    return {model._meta.db_table for model in every} | {"django_migrations"}


def applied_migrations() -> tuple[str, ...]:
    """What made the tables what they are, as "app.name", sorted."""
    applied = MigrationRecorder(connection).applied_migrations()
    return tuple(sorted(f"{app}.{name}" for app, name in applied))


def _models() -> list[type[models.Model]]:
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and model._meta.db_table not in LEFT_OUT
    ]


def _in_order(unsorted: list[type[models.Model]]) -> Iterator[type[models.Model]]:
    """Those first whose references are there already; in a circle, the rest as they come."""
    waiting = {model._meta.db_table: model for model in unsorted}
    while waiting:
        free = [name for name, model in waiting.items() if not _references(model) & set(waiting)]
        for name in free or list(waiting):
            yield waiting.pop(name)


def _references(model: type[models.Model]) -> set[str]:
    named = {
        field.related_model._meta.db_table
        for field in model._meta.concrete_fields
        if field.related_model is not None and not isinstance(field.related_model, str)
    }
    return named - {model._meta.db_table}


def _table(model: type[models.Model]) -> Table:
    fields = model._meta.concrete_fields
    return Table(
        name=model._meta.db_table,
        key=_column(model._meta.pk),
        columns=tuple(_column(field) for field in fields),
        kinds=tuple(_kind(field) for field in fields),
        refers_to_itself=any(field.related_model is model for field in fields),
    )


def _column(field: models.Field[Any, Any]) -> str:
    assert field.column is not None  # concrete fields have one
    return field.column


def _kind(field: models.Field[Any, Any]) -> Kind:
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    return KIND_OF[field.get_internal_type()]
