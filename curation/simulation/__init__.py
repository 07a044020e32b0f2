"""A crowd of programs, for demonstrations and tests. Its answers are never people's answers."""

from curation.simulation.crowd import Answer, SimulatedAnnotator, SimulatedCrowd

__all__ = ["Answer", "SimulatedAnnotator", "SimulatedCrowd"]
