"""Dataset versions: freezing them, finding them again, comparing them."""

from curation.services.datasets.finding import KeptAgreement, get_version, kept_agreement
from curation.services.datasets.foreseeing import Foreseen, foresee
from curation.services.datasets.freezing import Curated, curate_dataset, freeze
from curation.services.datasets.later import (
    FreezeAsked,
    check_freezing,
    freeze_asked,
    takes_long,
)

__all__ = [
    "Curated",
    "Foreseen",
    "FreezeAsked",
    "KeptAgreement",
    "check_freezing",
    "curate_dataset",
    "foresee",
    "freeze",
    "freeze_asked",
    "get_version",
    "kept_agreement",
    "takes_long",
]
