"""What can be wrong with a run folder.

FitError
├── BadConfig      config.json is missing or says something impossible
├── BadDataset     a row file is missing, malformed, or names labels the config does not
└── BadModel       no model was kept, or it cannot be read
"""

from __future__ import annotations


class FitError(Exception):
    """A sentence for the user; the process prints it on stderr and exits 1."""


class BadConfig(FitError):
    """The configuration of a run cannot be used."""


class BadDataset(FitError):
    """The rows of a run cannot be used."""


class BadModel(FitError):
    """The model of a run cannot be used."""
