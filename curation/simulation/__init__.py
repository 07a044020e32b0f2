"""A crowd of programs, for demonstrations and tests. Its answers are never people's answers."""

from curation.simulation.crowd import Answer, SimulatedAnnotator, SimulatedCrowd
from curation.simulation.kinds import KINDS, Kind, parse_kinds

__all__ = ["KINDS", "Answer", "Kind", "SimulatedAnnotator", "SimulatedCrowd", "parse_kinds"]
