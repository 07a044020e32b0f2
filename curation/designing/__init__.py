"""From a pilot's votes to a larger study: how many examples, votes and annotators it takes.

`design_study` fits what share of people chooses which label (`prior`), plays out future studies
of many sizes (`futures`), and says what each would give and cost (`design`).
"""

from curation.designing.design import Design, PilotTooSmall, StudyDesign, design_study
from curation.designing.futures import Grid

__all__ = ["Design", "Grid", "PilotTooSmall", "StudyDesign", "design_study"]
