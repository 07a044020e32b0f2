"""Concord from a program; the standard library only, so the folder can be copied anywhere.

    from concord import Concord    # the folder under that name

    Concord(url, token).project("jokes").add_examples([...])

Requests that were lost, or that the server was too busy for, are sent again by themselves; what
creates something carries an idempotency key, so nothing is done twice. docs/api.md describes the
interface.
"""

from .concord import Concord
from .project import Project
from .sending import ConcordError

__all__ = ["Concord", "ConcordError", "Project"]
