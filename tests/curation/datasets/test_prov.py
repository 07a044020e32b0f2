"""A lineage graph as PROV-JSON."""

from __future__ import annotations

import json

import pytest

from curation.datasets.lineage import Edge, Graph, Node
from curation.datasets.prov import prov_document
from tests.curation.datasets.prov_json import problems_of


def graph(*edges: Edge, name: str = "jokes") -> Graph:
    return Graph(
        name=name,
        nodes=(
            Node(key="version/1", kind="entity", type="DatasetVersion", title="Version 1",
                 details={"kept": 3, "mean_agreement": 0.5, "simulated": True}),
            Node(key="examples/all", kind="entity", type="Examples", title="Texts"),
            Node(key="freezing/1", kind="activity", type="Freezing", title="Freezing",
                 started="2026-01-01T00:00:00+00:00", address="/never/said"),
            Node(key="model/a b:c", kind="agent", type="LanguageModel", title="a b:c"),
        ),
        edges=edges,
    )  # fmt: skip


def test_a_document_has_every_node_and_edge_in_its_place() -> None:
    document = prov_document(
        graph(
            Edge(relation="used", later="freezing/1", earlier="examples/all"),
            Edge(relation="wasGeneratedBy", later="version/1", earlier="freezing/1"),
            Edge(relation="wasDerivedFrom", later="version/1", earlier="examples/all"),
            Edge(relation="wasAssociatedWith", later="freezing/1", earlier="model/a b:c"),
        )
    )

    assert problems_of(document) == []
    assert set(document["entity"]) == {"concord:version/1", "concord:examples/all"}
    assert document["activity"]["concord:freezing/1"]["prov:startTime"].startswith("2026-01-01")
    assert document["agent"]["concord:model/a%20b%3Ac"]["prov:label"] == "a b:c"
    assert list(document["wasDerivedFrom"].values()) == [
        {"prov:generatedEntity": "concord:version/1", "prov:usedEntity": "concord:examples/all"}
    ]


def test_values_keep_their_types_and_pages_stay_out() -> None:
    document = prov_document(graph())

    version = document["entity"]["concord:version/1"]
    assert version["terms:kept"] == 3
    assert version["terms:simulated"] is True
    assert version["terms:mean_agreement"] == {"$": "0.5", "type": "xsd:double"}
    assert version["prov:type"] == {"$": "terms:DatasetVersion", "type": "xsd:QName"}
    assert "/never/said" not in json.dumps(document)


def test_a_name_that_is_no_name_is_escaped() -> None:
    document = prov_document(graph(name="two words"))

    assert document["prefix"]["concord"] == "urn:concord:project:two%20words:"


@pytest.mark.parametrize(
    "edge",
    [
        Edge(relation="used", later="version/1", earlier="freezing/1"),  # the wrong way round
        Edge(relation="used", later="freezing/1", earlier="version/9"),  # to what is not there
    ],
)
def test_an_edge_that_joins_nothing_of_its_kind_is_refused(edge: Edge) -> None:
    with pytest.raises(ValueError, match="does not join activity and entity"):
        graph(edge)


def test_two_nodes_of_one_key_are_refused() -> None:
    node = Node(key="a", kind="entity", type="Examples", title="A")

    with pytest.raises(ValueError, match="same key"):
        Graph(name="jokes", nodes=(node, node), edges=())
