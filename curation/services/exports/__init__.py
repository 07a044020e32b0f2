"""Versions out: as a folder, one zip or one plain file."""

from curation.services.exports.facts import card_facts, full_facts
from curation.services.exports.sizes import zip_sizes
from curation.services.exports.writing import (
    Exported,
    export_dataset,
    export_name,
    export_zip,
)

__all__ = [
    "Exported",
    "card_facts",
    "export_dataset",
    "export_name",
    "export_zip",
    "full_facts",
    "zip_sizes",
]
