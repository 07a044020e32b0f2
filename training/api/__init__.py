"""Training under /api/v1/: runs below a project, and studies; the same services as the pages.

The hub names the routers as strings, so its interface is loaded before anything here.
"""

import curation.api  # noqa: F401
from training.api.runs import router as runs
from training.api.studies import router as studies

__all__ = ["runs", "studies"]
