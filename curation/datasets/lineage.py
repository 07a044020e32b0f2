"""What came from what: a graph in the terms of W3C PROV, drawn on pages and written into exports.

Entities are things (texts, votes, a version), activities make them (a run, a round, freezing), and
agents answer for activities (a model, annotators). Edges point from what is later to what is
earlier, as PROV's do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["entity", "activity", "agent"]
Value: TypeAlias = str | int | float | bool

# relation → kind and PROV-JSON name of the later end, and of the earlier one
RELATIONS: dict[str, tuple[tuple[Kind, str], tuple[Kind, str]]] = {
    "used": (("activity", "activity"), ("entity", "entity")),
    "wasGeneratedBy": (("entity", "entity"), ("activity", "activity")),
    "wasAssociatedWith": (("activity", "activity"), ("agent", "agent")),
    "wasAttributedTo": (("entity", "entity"), ("agent", "agent")),
    "wasDerivedFrom": (("entity", "generatedEntity"), ("entity", "usedEntity")),
}


@dataclass(frozen=True, kw_only=True)
class Node:
    """One thing, activity or agent."""

    key: str  # unique in the graph, such as "version/3"
    kind: Kind
    type: str  # what it is, in our words: "GenerationRun", "Votes", "DatasetVersion"
    title: str  # for people
    details: Mapping[str, Value] = field(default_factory=dict)
    started: str = ""  # ISO 8601, of activities
    ended: str = ""
    address: str = ""  # of its page; "" where it has none


@dataclass(frozen=True, kw_only=True)
class Edge:
    relation: str  # a key of RELATIONS
    later: str  # key of a node
    earlier: str


@dataclass(frozen=True, kw_only=True)
class Graph:
    """Nodes and edges of one lineage.

    Raises:
        ValueError: two nodes of one key, or an edge whose ends are not there or not of its kind.
    """

    name: str  # what all keys are below: the project's slug
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    def __post_init__(self) -> None:
        kinds = {node.key: node.kind for node in self.nodes}
        if len(kinds) < len(self.nodes):
            raise ValueError("two nodes have the same key")
        for edge in self.edges:
            wanted = tuple(kind for kind, _ in RELATIONS[edge.relation])
            if (kinds.get(edge.later), kinds.get(edge.earlier)) != wanted:
                raise ValueError(f"{edge} does not join {' and '.join(wanted)}")
