"""Pages about the people who judge: who they are, how well they do, what is done about them."""

from curation.views.annotators.acting import annotator_act
from curation.views.annotators.people import (
    annotator_find,
    annotator_list,
    annotator_measure,
    annotator_rule,
)
from curation.views.annotators.person import annotator_page

__all__ = [
    "annotator_act",
    "annotator_find",
    "annotator_list",
    "annotator_measure",
    "annotator_page",
    "annotator_rule",
]
