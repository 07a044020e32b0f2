"""Texts that are equal or almost equal, whatever their case, spacing and punctuation."""

from curation.duplicates.alike import jaccard
from curation.duplicates.normal import normalised
from curation.duplicates.signatures import Signatures, sign

__all__ = ["Signatures", "jaccard", "normalised", "sign"]
