"""Backup and restore: every row and every file that cannot be made again, in one archive."""

from curation.services.backups.making import Made, foresee_backup, last_backup, make_backup, prune
from curation.services.backups.restoring import Restored, foresee_restore, restore

__all__ = [
    "Made",
    "Restored",
    "foresee_backup",
    "foresee_restore",
    "last_backup",
    "make_backup",
    "prune",
    "restore",
]
