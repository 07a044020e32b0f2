"""A client of the interface in one file, which may be copied to any machine with Python 3.11."""

from curation.client.concord import Concord, ConcordError, Project

__all__ = ["Concord", "ConcordError", "Project"]
