"""Ready-made studies: their projects are set up from data folders and recordings."""

from training.services.ready.preparing import prepare

__all__ = ["prepare"]
