"""The installation's own sealer, from its secret keys."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings

from curation.sealing.seal import Sealer


def sealer() -> Sealer:
    """Seals under the present key; opens what any known key has sealed."""
    return _sealer((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


@lru_cache(maxsize=2)
def _sealer(keys: tuple[str, ...]) -> Sealer:
    return Sealer(keys)
