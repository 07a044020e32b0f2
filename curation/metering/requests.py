"""Requests: how many, how long, by address pattern."""

from __future__ import annotations

from prometheus_client import Counter, Histogram

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
UNKNOWN = "unknown"  # addresses of no page: one row for all, whatever a scanner tries

REQUESTS = Counter("concord_requests", "Requests answered.", ["method", "route", "status"])
SECONDS = Histogram(
    "concord_request_seconds",
    "Time to answer a request.",
    ["route"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10, 30),
)


def count_request(*, method: str, route: str, status: int, seconds: float) -> None:
    """Count one answered request; `route` is the address pattern, "" where none fits."""
    route = route or UNKNOWN
    REQUESTS.labels(method if method in METHODS else "OTHER", route, str(status)).inc()
    SECONDS.labels(route).observe(seconds)
