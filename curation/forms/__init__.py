"""Strings of a request → values."""

from curation.forms.rounds import RoundForm
from curation.forms.training import TrainForm, trainable_sources

__all__ = ["RoundForm", "TrainForm", "trainable_sources"]
