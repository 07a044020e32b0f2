"""Whether there is room to write."""

from __future__ import annotations

import shutil
from pathlib import Path

from curation.health.findings import Finding, good, note, problem

MIB = 1024 * 1024
LEAST, COMFORTABLE = 200 * MIB, 2048 * MIB


def disk_space(folder: Path) -> Finding:
    """Free space where `folder` lies: a problem below 200 MiB, a note below 2 GiB."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return problem(
            "disk space",
            f"The free space of {folder} cannot be read ({error.strerror}).",
            "Check that the folder is there and its disk is mounted.",
        )
    says = f"{free // MIB:,} MiB are free where {folder} lies."
    mend = "Free some space, or move CONCORD_HOME to a larger disk."
    if free < LEAST:
        return problem("disk space", says, mend)
    return note("disk space", says, mend) if free < COMFORTABLE else good("disk space", says)
