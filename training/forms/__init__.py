"""Strings of a request → values."""

from training.forms.study import StudyFileForm, TickedStudyForm, plan_as_file
from training.forms.training import TrainingForm

__all__ = ["StudyFileForm", "TickedStudyForm", "TrainingForm", "plan_as_file"]
