"""What was asked of a language model and what came back. Written by `generation.services` only.

example → draft → call → run: any generated text can be walked back to the prompt it answers.
"""

from generation.models.attributes import Attribute
from generation.models.calls import Call, CallQuerySet, Draft, DraftQuerySet
from generation.models.runs import GenerationRun

__all__ = ["Attribute", "Call", "CallQuerySet", "Draft", "DraftQuerySet", "GenerationRun"]
