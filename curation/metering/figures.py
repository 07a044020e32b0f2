"""Numbers that are true at this moment, as Prometheus reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One number. Figures that share a name share `meaning` and the names of their labels."""

    name: str  # with its unit at the end: "concord_queue_age_seconds"
    meaning: str
    value: float
    labels: Mapping[str, str] = field(default_factory=dict)


class FigureCollector(Collector):
    """Asks for figures each time that Prometheus asks us."""

    def __init__(self, ask: Callable[[], Iterable[Figure]]) -> None:
        self._ask = ask

    def collect(self) -> Iterator[GaugeMetricFamily]:
        families: dict[str, GaugeMetricFamily] = {}
        for figure in self._ask():
            if figure.name not in families:
                families[figure.name] = GaugeMetricFamily(
                    figure.name, figure.meaning, labels=list(figure.labels)
                )
            families[figure.name].add_metric(list(figure.labels.values()), figure.value)
        yield from families.values()
