"""Answers → how well each annotator answers, with uncertainty, and whom to look at.

Start with `annotator_figures`, then `flags`. A figure is an `Estimate`: a value, its 95 %
interval, and the number of answers behind it.
"""

from curation.quality.answers import (
    ATTENTION,
    GOLD,
    QUALIFICATION,
    REPEAT,
    VOTE,
    Answers,
    votes_only,
)
from curation.quality.estimates import Estimate
from curation.quality.figures import AnnotatorFigures, annotator_figures
from curation.quality.flags import PAUSE, WARN, Flag, Limits, flags

__all__ = [
    "ATTENTION",
    "GOLD",
    "PAUSE",
    "QUALIFICATION",
    "REPEAT",
    "VOTE",
    "WARN",
    "AnnotatorFigures",
    "Answers",
    "Estimate",
    "Flag",
    "Limits",
    "annotator_figures",
    "flags",
    "votes_only",
]
