"""A lineage drawn in layers."""

from __future__ import annotations

from itertools import combinations

import pytest

from curation.datasets.lineage import Edge, Graph, Node
from curation.reporting.layered import HEIGHT, WIDTH, Drawing, layered


def graph(n_runs: int = 3) -> Graph:
    """Runs that write texts, which one round judges, with a crowd that answers for it."""
    runs = range(n_runs)
    nodes = [
        Node(key="round", kind="activity", type="AnnotationRound", title="Round 1"),
        Node(key="crowd", kind="agent", type="Annotators", title="Annotators"),
        Node(key="votes", kind="entity", type="Votes", title="Votes of round 1"),
    ]
    nodes += [Node(key=f"r{n}", kind="activity", type="Run", title=f"Run {n}") for n in runs]
    nodes += [Node(key=f"t{n}", kind="entity", type="Examples", title="Texts") for n in runs]
    edges = [
        Edge(relation="wasAssociatedWith", later="round", earlier="crowd"),
        Edge(relation="wasGeneratedBy", later="votes", earlier="round"),
    ]
    edges += [Edge(relation="wasGeneratedBy", later=f"t{n}", earlier=f"r{n}") for n in runs]
    edges += [Edge(relation="used", later="round", earlier=f"t{n}") for n in runs]
    edges += [Edge(relation="wasDerivedFrom", later="votes", earlier=f"t{n}") for n in runs]
    return Graph(name="jokes", nodes=tuple(nodes), edges=tuple(edges))


def places(drawing: Drawing) -> dict[str, tuple[float, float]]:
    return {box.node.key: (box.x, box.y) for box in drawing.boxes}


def test_what_came_first_stands_above_what_came_of_it() -> None:
    found = places(layered(graph()))

    assert found["r0"][1] < found["t0"][1] < found["round"][1] < found["votes"][1]
    assert found["crowd"][1] == found["t0"][1], "just above what it answers for"


@pytest.mark.parametrize("n_runs", [1, 3, 12])
def test_no_two_boxes_overlap_and_all_are_inside(n_runs: int) -> None:
    drawing = layered(graph(n_runs))

    for one, other in combinations(drawing.boxes, 2):
        assert abs(one.x - other.x) >= WIDTH or abs(one.y - other.y) >= HEIGHT
    for box in drawing.boxes:
        assert 0 <= box.x <= drawing.width - WIDTH
        assert 0 <= box.y <= drawing.height - HEIGHT


def test_texts_stand_under_their_own_runs() -> None:
    found = places(layered(graph()))

    assert sorted(found[f"r{n}"][0] for n in range(3)) == [found[f"r{n}"][0] for n in range(3)]
    assert [found[f"t{n}"][0] for n in range(3)] == sorted(found[f"t{n}"][0] for n in range(3))


def test_what_was_derived_is_not_drawn_a_second_time() -> None:
    assert len(layered(graph(1)).paths) == 4


def test_a_long_title_is_broken_into_two_lines_and_cut() -> None:
    node = Node(key="m", kind="agent", type="LanguageModel", title="a rather long name " * 5)

    (box,) = layered(Graph(name="x", nodes=(node,), edges=())).boxes

    assert len(box.lines) == 2
    assert box.lines[1].endswith("…")


def test_an_empty_lineage_is_an_empty_drawing() -> None:
    drawing = layered(Graph(name="x", nodes=(), edges=()))

    assert (drawing.boxes, drawing.paths) == ([], [])
