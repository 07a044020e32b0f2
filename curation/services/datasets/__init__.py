"""Dataset versions: freezing them and finding them again."""

from curation.services.datasets.finding import get_version
from curation.services.datasets.foreseeing import Foreseen, foresee
from curation.services.datasets.freezing import Curated, curate_dataset, freeze

__all__ = ["Curated", "Foreseen", "curate_dataset", "foresee", "freeze", "get_version"]
