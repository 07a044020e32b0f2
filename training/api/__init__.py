"""Studies under /api/v1/studies: the same services as the pages and `manage.py study`.

The hub names the router as a string, so its interface is loaded before anything here.
"""

import curation.api  # noqa: F401
from training.api.studies import router

__all__ = ["router"]
