"""Strings of a request → values."""

from curation.forms.policy import FreezeForm, PolicyForm, policy_query
from curation.forms.rounds import RoundForm
from curation.forms.training import TrainForm, trainable_sources

__all__ = [
    "FreezeForm",
    "PolicyForm",
    "RoundForm",
    "TrainForm",
    "policy_query",
    "trainable_sources",
]
