"""Generation under /api/v1/projects/SLUG/generation: the same services as the pages.

The hub names the routers as strings, so its interface is loaded before anything here.
"""

import curation.api  # noqa: F401
from generation.api.calls import router as calls
from generation.api.lists import router as lists
from generation.api.runs import router as runs

__all__ = ["calls", "lists", "runs"]
