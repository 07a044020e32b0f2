"""A lineage as W3C PROV-JSON (https://www.w3.org/submissions/prov-json/)."""

from __future__ import annotations

from collections import Counter
from typing import Any
from urllib.parse import quote

from curation.datasets.lineage import RELATIONS, Graph, Node, Value

PREFIX = "concord"
TERMS = "urn:concord:terms:"


def prov_document(graph: Graph) -> dict[str, Any]:
    """The graph as a PROV-JSON document; the same graph gives the same document.

    Qualified names are `concord:` and a node's key, below the project; our own attributes are
    `terms:` and their name.

    >>> from curation.datasets.lineage import Edge
    >>> graph = Graph(
    ...     name="jokes",
    ...     nodes=(
    ...         Node(key="freezing/1", kind="activity", type="Freezing", title="freezing"),
    ...         Node(key="version/1", kind="entity", type="DatasetVersion", title="version 1"),
    ...     ),
    ...     edges=(Edge(relation="wasGeneratedBy", later="version/1", earlier="freezing/1"),),
    ... )
    >>> prov_document(graph)["wasGeneratedBy"]["_:wasGeneratedBy1"]
    {'prov:entity': 'concord:version/1', 'prov:activity': 'concord:freezing/1'}
    """
    document: dict[str, Any] = {
        "prefix": {
            PREFIX: f"urn:concord:project:{quote(graph.name)}:",
            "terms": TERMS,
        }
    }
    for kind in ("entity", "activity", "agent"):
        nodes = {_name(node.key): _attributes(node) for node in graph.nodes if node.kind == kind}
        if nodes:
            document[kind] = nodes
    numbers: Counter[str] = Counter()
    for edge in graph.edges:
        numbers[edge.relation] += 1
        (_, later), (_, earlier) = RELATIONS[edge.relation]
        document.setdefault(edge.relation, {})[f"_:{edge.relation}{numbers[edge.relation]}"] = {
            f"prov:{later}": _name(edge.later),
            f"prov:{earlier}": _name(edge.earlier),
        }
    return document


def _name(key: str) -> str:
    """A qualified name; what may not stand in one is escaped."""
    return f"{PREFIX}:{quote(key, safe='/')}"


def _attributes(node: Node) -> dict[str, Any]:
    attributes: dict[str, Any] = {
        "prov:type": {"$": f"terms:{node.type}", "type": "xsd:QName"},
        "prov:label": node.title,
    }
    if node.started:
        attributes["prov:startTime"] = node.started
    if node.ended:
        attributes["prov:endTime"] = node.ended
    for name, value in node.details.items():
        attributes[f"terms:{name}"] = _typed(value)
    return attributes


def _typed(value: Value) -> Value | dict[str, str]:
    """Floats say that they are doubles; strings, whole numbers and truth values are JSON's own."""
    return {"$": repr(value), "type": "xsd:double"} if isinstance(value, float) else value
