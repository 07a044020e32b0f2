"""A lineage drawn in layers, from what came first at the top to what came last."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass

from curation.datasets.lineage import Graph, Node

WIDTH, HEIGHT = 168, 52  # of a box
GAP, RISE = 20, 36  # between boxes of a layer, and between layers
EDGE = 8  # around everything
LINE = 24  # characters
DRAWN = {"used", "wasGeneratedBy", "wasAssociatedWith", "wasAttributedTo"}
# what was derived from what is said by the activities between them


@dataclass(frozen=True, kw_only=True)
class Box:
    """One node; x and y of its upper left corner, in pixels."""

    node: Node
    x: float
    y: float
    lines: list[str]

    @property
    def middle(self) -> float:
        return self.x + WIDTH / 2

    @property
    def baselines(self) -> list[tuple[str, float]]:
        """Lines of its title with the y they stand on."""
        first = self.y + HEIGHT / 2 + 4 - 8 * (len(self.lines) - 1)
        return [(line, first + 16 * number) for number, line in enumerate(self.lines)]


@dataclass(frozen=True, kw_only=True)
class Drawing:
    width: int
    height: int
    boxes: list[Box]
    paths: list[str]  # of edges, as SVG says them


def layered(graph: Graph) -> Drawing:
    """Every node one layer below the last of what it came from; boxes near what they came from.

    >>> from curation.datasets.lineage import Edge
    >>> nodes = (Node(key="a", kind="entity", type="Examples", title="Texts"),
    ...          Node(key="b", kind="activity", type="Freezing", title="Freezing"))
    >>> drawing = layered(Graph(
    ...     name="x", nodes=nodes, edges=(Edge(relation="used", later="b", earlier="a"),)))
    >>> [(box.node.key, box.y) for box in drawing.boxes]
    [('a', 8), ('b', 96)]
    """
    earlier = _earlier(graph)
    rows = _rows(graph, _layers(graph, earlier), earlier)
    widest = max((len(row) for row in rows), default=0)
    width = 2 * EDGE + widest * WIDTH + max(0, widest - 1) * GAP
    boxes = {
        node.key: _box(node, place, len(row), layer, width)
        for layer, row in enumerate(rows)
        for place, node in enumerate(row)
    }
    return Drawing(
        width=width,
        height=2 * EDGE + len(rows) * HEIGHT + max(0, len(rows) - 1) * RISE,
        boxes=list(boxes.values()),
        paths=[_path(boxes[key], boxes[later]) for later, keys in earlier.items() for key in keys],
    )


def _earlier(graph: Graph) -> dict[str, list[str]]:
    """Node → what it came from directly."""
    found: dict[str, list[str]] = {node.key: [] for node in graph.nodes}
    for edge in graph.edges:
        if edge.relation in DRAWN:
            found[edge.later].append(edge.earlier)
    return found


def _layers(graph: Graph, earlier: Mapping[str, list[str]]) -> dict[str, int]:
    """Layer of each node, from 0; what came from nothing stands just above what came of it."""
    layers: dict[str, int] = {}

    def layer(key: str) -> int:
        if key not in layers:
            layers[key] = 1 + max((layer(one) for one in earlier[key]), default=-1)
        return layers[key]

    for node in graph.nodes:
        layer(node.key)
    for node in graph.nodes:
        later = [layers[key] for key, keys in earlier.items() if node.key in keys]
        if not earlier[node.key] and later:
            layers[node.key] = min(later) - 1
    return layers


def _rows(
    graph: Graph, layers: Mapping[str, int], earlier: Mapping[str, list[str]]
) -> list[list[Node]]:
    """Nodes of each layer from left to right: near the middle of what they came from."""
    rows: list[list[Node]] = [[] for _ in range(1 + max(layers.values(), default=-1))]
    for node in graph.nodes:
        rows[layers[node.key]].append(node)
    place: dict[str, float] = {}
    for row in rows:
        row.sort(key=lambda node: _middle(place, earlier[node.key]))
        place |= {node.key: (number + 0.5) / len(row) for number, node in enumerate(row)}
    return rows


def _middle(place: Mapping[str, float], keys: list[str]) -> float:
    known = [place[key] for key in keys if key in place]
    return sum(known) / len(known) if known else 1.0


def _box(node: Node, place: int, n: int, layer: int, width: int) -> Box:
    row_width = n * WIDTH + (n - 1) * GAP
    return Box(
        node=node,
        x=(width - row_width) / 2 + place * (WIDTH + GAP),
        y=EDGE + layer * (HEIGHT + RISE),
        lines=textwrap.wrap(node.title, LINE, max_lines=2, placeholder="…") or [node.key[:LINE]],
    )


def _path(upper: Box, lower: Box) -> str:
    start, end = upper.y + HEIGHT, lower.y
    bend = (end - start) / 2
    return (
        f"M{upper.middle:g} {start:g}C{upper.middle:g} {start + bend:g} "
        f"{lower.middle:g} {end - bend:g} {lower.middle:g} {end:g}"
    )
