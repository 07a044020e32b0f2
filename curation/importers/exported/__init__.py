"""Exports of ours, read back: checked as a whole first, then table by table."""

from curation.importers.exported.description import Described, read_description
from curation.importers.exported.opening import opened
from curation.importers.exported.tables import read_table

__all__ = ["Described", "opened", "read_description", "read_table"]
