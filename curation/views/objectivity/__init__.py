"""Which of two tasks is more objective: the page people answer on, and what came out of it."""

from curation.views.objectivity.comparing import compare_join, compare_page
from curation.views.objectivity.studies import study_job, study_list, study_page, study_rank

__all__ = [
    "compare_join",
    "compare_page",
    "study_job",
    "study_list",
    "study_page",
    "study_rank",
]
