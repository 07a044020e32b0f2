"""Annotations in from Label Studio.

`exchange` is what a job or a command does: `pulling` reads what changed (`deleted` notices what is
gone, `sorting` says which answers count, `replacing` writes them, `counting` keeps the tasks'
books), then `following` asks for the votes that are still wanted.
"""

from curation.services.pulling.exchange import Exchanged, exchange, note_trouble
from curation.services.pulling.naming import SIMULATED_DOMAIN, pseudonym
from curation.services.pulling.pulling import Pulled, pull_annotations

__all__ = [
    "SIMULATED_DOMAIN",
    "Exchanged",
    "Pulled",
    "exchange",
    "note_trouble",
    "pseudonym",
    "pull_annotations",
]
