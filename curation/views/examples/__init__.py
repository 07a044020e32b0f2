"""The table of examples, one example, and what is done with chosen ones."""

from curation.views.examples.acting import examples_act
from curation.views.examples.example import example_page
from curation.views.examples.table import examples_count, examples_file, examples_page

__all__ = ["example_page", "examples_act", "examples_count", "examples_file", "examples_page"]
