"""The built-in page: one text at a time, for a lab's own people and for a crowd by link."""

from curation.views.annotate.answers import annotate_answer, annotate_next, annotate_undo
from curation.views.annotate.entry import annotate_home, annotate_join
from curation.views.annotate.work import annotate_as_member, annotate_work

__all__ = [
    "annotate_answer",
    "annotate_as_member",
    "annotate_home",
    "annotate_join",
    "annotate_next",
    "annotate_undo",
    "annotate_work",
]
