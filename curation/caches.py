"""Django's cache: each process for itself, but attempts to sign in are counted together."""

from __future__ import annotations

from typing import Any

from django.core.cache import BaseCache, caches
from django.core.cache.backends.locmem import LocMemCache

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


def _shared(key: str) -> BaseCache | None:
    return caches["shared"] if key.startswith(SHARED) else None
