"""Where rows and versions come from, and what they went into."""

from curation.services.lineage.versions import version_graph, version_prov

__all__ = ["version_graph", "version_prov"]
