"""The page that Prometheus reads."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable

from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from curation.metering.figures import Figure, FigureCollector

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # where web processes of one host count together


def exposition(ask: Callable[[], Iterable[Figure]]) -> bytes:
    """Requests of all web processes of this host, then the figures that `ask` tells."""
    states = CollectorRegistry()
    states.register(FigureCollector(ask))
    return generate_latest(_requests()) + generate_latest(states)


def _requests() -> CollectorRegistry:
    if SHARED_FOLDER not in os.environ:
        return REGISTRY
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return together
