"""Texts and their vectors → how diverse they are and how close to real ones.

One file per measure. `measures` has the full set for one set of texts, `report` sets groups side
by side at equal N, `charts` says what a page draws of it.
"""

from generation.diversity.chamfer import chamfer_distance
from generation.diversity.compression import compression_ratio
from generation.diversity.distinct import distinct_n
from generation.diversity.measures import MEASURES, Measures, measure
from generation.diversity.overused import OverusedNgram, overused_ngrams
from generation.diversity.realism import Realism, realism_auc
from generation.diversity.remote_clique import remote_clique
from generation.diversity.repetition import SelfRepetition, self_repetition
from generation.diversity.report import DiversityReport, TextSet, compare
from generation.diversity.similarity import similarity_histogram, top_similarity

__all__ = [
    "MEASURES",
    "DiversityReport",
    "Measures",
    "OverusedNgram",
    "Realism",
    "SelfRepetition",
    "TextSet",
    "chamfer_distance",
    "compare",
    "compression_ratio",
    "distinct_n",
    "measure",
    "overused_ngrams",
    "realism_auc",
    "remote_clique",
    "self_repetition",
    "similarity_histogram",
    "top_similarity",
]
