"""Pages of training, by what they are about."""

from training.views.overview import training_again, training_cancel, training_jobs, training_page
from training.views.runs import run_page
from training.views.studies import study_delete, study_list, study_now_page, study_start, study_stop
from training.views.study import study_file, study_page
from training.views.study_new import study_new

__all__ = [
    "run_page",
    "study_delete",
    "study_file",
    "study_list",
    "study_new",
    "study_now_page",
    "study_page",
    "study_start",
    "study_stop",
    "training_again",
    "training_cancel",
    "training_jobs",
    "training_page",
]
