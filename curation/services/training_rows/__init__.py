"""The rows a classifier is trained and tested on, by the name of their source.

`rows` (one text with its label) → `bases` (what the project holds) → `reading` (sources made of
them). The grammar of sources is `curation.datasets.sources`.
"""

from curation.services.training_rows.bases import dataset_version_of
from curation.services.training_rows.reading import SourceReader, SourceRows, training_rows
from curation.services.training_rows.rows import LabelledRow
from curation.services.training_rows.testing import normal_test_texts, scored_on, test_rows

__all__ = [
    "LabelledRow",
    "SourceReader",
    "SourceRows",
    "dataset_version_of",
    "normal_test_texts",
    "scored_on",
    "test_rows",
    "training_rows",
]
