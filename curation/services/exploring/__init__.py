"""The threshold explorer: a project's evidence, the scores measured on it, and what it costs."""

from curation.services.exploring.evidence import (
    Found,
    find_evidence,
    keep_evidence,
    known_evidence,
)
from curation.services.exploring.scores import Measured, measured_scores

__all__ = [
    "Found",
    "Measured",
    "find_evidence",
    "keep_evidence",
    "known_evidence",
    "measured_scores",
]
