"""Where rows and versions come from, and what they went into."""

from curation.services.lineage.examples import ExampleLineage, example_lineage
from curation.services.lineage.neighbours import neighbours
from curation.services.lineage.rows import RowLineage, row_lineage
from curation.services.lineage.versions import version_graph, version_prov

__all__ = [
    "ExampleLineage",
    "RowLineage",
    "example_lineage",
    "neighbours",
    "row_lineage",
    "version_graph",
    "version_prov",
]
