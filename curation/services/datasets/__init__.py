"""Dataset versions: freezing them, finding them again, comparing them."""

from curation.services.datasets.finding import KeptAgreement, get_version, kept_agreement
from curation.services.datasets.foreseeing import Foreseen, foresee
from curation.services.datasets.freezing import Curated, curate_dataset, freeze

__all__ = [
    "Curated",
    "Foreseen",
    "KeptAgreement",
    "curate_dataset",
    "foresee",
    "freeze",
    "get_version",
    "kept_agreement",
]
