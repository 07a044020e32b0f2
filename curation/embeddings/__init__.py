"""Texts → vectors: all-MiniLM-L6-v2, offline, cached by content.

Torch is loaded only when a text is not in the cache, so this belongs into jobs and commands; a
page reads what they stored.
"""

from curation.embeddings.encoder import DIMENSIONS, MODEL, Encoder
from curation.embeddings.store import VectorStore
from curation.embeddings.vectors import Vectors, embed

__all__ = ["DIMENSIONS", "MODEL", "Encoder", "VectorStore", "Vectors", "embed"]
