"""Django's cache: each process for itself, but attempts to sign in are counted together."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.cache import BaseCache, caches
from django.core.cache.backends.db import DatabaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.db import connection, transaction
from django.utils import timezone

SHARED = "allauth"  # how the keys begin under which allauth counts, locks and marks used codes


class Cache(LocMemCache):
    """In memory, but for what allauth keeps: that goes to the cache "shared", a table."""

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        if shared := _shared(key):
            return shared.get(key, default, version)
        return super().get(key, default, version)

    def set(self, key: str, value: Any, *args: Any, **kwargs: Any) -> None:
        if shared := _shared(key):
            shared.set(key, value, *args, **kwargs)
        else:
            super().set(key, value, *args, **kwargs)

    def add(self, key: str, value: Any, *args: Any, **kwargs: Any) -> bool:
        if shared := _shared(key):
            return bool(shared.add(key, value, *args, **kwargs))
        return bool(super().add(key, value, *args, **kwargs))

    def delete(self, key: str, version: int | None = None) -> bool:
        if shared := _shared(key):
            return bool(shared.delete(key, version))
        return bool(super().delete(key, version))


class Table(DatabaseCache):
    """Django's, which keeps silent about a full disk: allauth takes that for too many attempts."""

    def add(self, key: str, value: Any, *args: Any, **kwargs: Any) -> bool:
        if super().add(key, value, *args, **kwargs):
            return True
        if super().get(key) is None:
            self._try_to_write()  # it raises what Django has swallowed
        return False

    def _try_to_write(self) -> None:
        table = connection.ops.quote_name(self._table)  # type: ignore[attr-defined]
        probe = f"probe:{uuid.uuid4()}"
        now = connection.ops.adapt_datetimefield_value(timezone.now())
        insert = f"INSERT INTO {table} (cache_key, value, expires) VALUES (%s, %s, %s)"  # noqa: S608
        delete = f"DELETE FROM {table} WHERE cache_key = %s"  # noqa: S608
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(insert, [probe, "", now])
            cursor.execute(delete, [probe])


def _shared(key: str) -> BaseCache | None:
    return caches["shared"] if key.startswith(SHARED) else None
