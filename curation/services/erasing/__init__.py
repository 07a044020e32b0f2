"""Forgetting people: one who asks for it, and all whose time is over."""

from curation.services.erasing.one import Erased, erase_annotator
from curation.services.erasing.retention import Due, Forgotten, due_for_retention, forget_old

__all__ = ["Due", "Erased", "Forgotten", "due_for_retention", "erase_annotator", "forget_old"]
