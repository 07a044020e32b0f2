"""The note that an installation is being restored; it stays when the restoring is killed."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from curation.files import written_whole

NAME = "restoring.json"


@dataclass(frozen=True, kw_only=True)
class Restoring:
    """What was being restored, and since when."""

    archive: str  # path as it was given
    sha256: str  # of the archive's manifest: what may be taken up again
    started_at: str  # ISO 8601

    def sentence(self) -> str:
        return (
            f"This installation is half restored from {self.archive} (begun {self.started_at}); "
            f"run manage.py restore {self.archive} again to finish it."
        )


def note_restoring(home: Path, restoring: Restoring) -> None:
    with written_whole(home / NAME) as scratch:
        scratch.write_text(json.dumps(asdict(restoring)), encoding="utf-8")


def restoring_in(home: Path) -> Restoring | None:
    """The restoring that is under way in this folder or was killed there; None: neither."""
    try:
        return Restoring(**json.loads((home / NAME).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError):
        return Restoring(archive="an archive", sha256="", started_at="at an unknown time")


def forget_restoring(home: Path) -> None:
    (home / NAME).unlink(missing_ok=True)
