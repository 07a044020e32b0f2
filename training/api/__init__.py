"""Studies under /api/v1/studies: the same services as the pages and `manage.py study`."""

from training.api.studies import router

__all__ = ["router"]
