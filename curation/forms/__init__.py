"""Strings of a request → values."""

from curation.forms.examples import ExampleFilterForm, SendForm, SetAsideForm
from curation.forms.policy import FreezeForm, PolicyForm, policy_query
from curation.forms.rounds import RoundForm
from curation.forms.training import TrainForm, trainable_sources

__all__ = [
    "ExampleFilterForm",
    "FreezeForm",
    "PolicyForm",
    "RoundForm",
    "SendForm",
    "SetAsideForm",
    "TrainForm",
    "policy_query",
    "trainable_sources",
]
