"""What can go wrong between us and Label Studio, as sentences a user can act on.

FrontProblem
└── LabelStudioError
    ├── BadAddress           what was given as an address cannot be one
    ├── BadLabels            these labels make no labelling interface
    ├── BadOverlap           nobody would be asked
    ├── BadTasks             these tasks cannot be pushed together
    ├── Unreachable          nobody answered, or the answer never arrived
    ├── BadToken             the server does not accept who we say we are
    ├── Refused              the server understood and said no
    │   ├── Gone             what we asked about is not there
    │   │   └── NotOurs      something else has its number now
    │   └── AlreadyThere     what we sent is there already
    ├── ServerFailed         the server failed, or answered what Label Studio would not
    └── EmbeddedServerError  our own server on this machine
        ├── NotInstalled     it has not been installed yet
        ├── InstallFailed    its environment could not be made
        ├── PortTaken        somebody else listens on its port
        └── NotStarted       it did not come up, or would not stop
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from curation.errors import FrontProblem


class LabelStudioError(FrontProblem):
    """Label Studio refused, failed or could not be reached."""


class BadAddress(LabelStudioError):
    """What was given as an address cannot be one; nothing was sent."""


class BadLabels(LabelStudioError):
    """These labels make no labelling interface; nothing was sent."""


class BadOverlap(LabelStudioError):
    def __init__(self, overlap: int) -> None:
        super().__init__(
            f"An overlap of {overlap} asks nobody; every task needs at least 1 annotation."
        )


class BadTasks(LabelStudioError):
    """These tasks cannot be pushed together; nothing was sent."""

    def __init__(self, *, repeated: Sequence[str]) -> None:
        shown = ", ".join(repeated[:5])
        super().__init__(
            f"{len(repeated)} external ids stand more than once among the tasks to push ({shown}); "
            "give every task its own id."
        )


class Unreachable(LabelStudioError):
    def __init__(self, *, url: str, doing: str, reason: str) -> None:
        super().__init__(
            f"Could not {doing}: Label Studio at {url} did not answer ({reason}); "
            "check that it runs and that the address is right, then try again."
        )


class BadToken(LabelStudioError):
    def __init__(self, *, url: str, doing: str, reason: str) -> None:
        super().__init__(
            f"Could not {doing}: Label Studio at {url} does not accept the token ({reason}); "
            "copy it again from Account & Settings of that server."
        )


class Refused(LabelStudioError):
    def __init__(self, *, url: str, doing: str, reason: str) -> None:
        super().__init__(f"Could not {doing}: Label Studio at {url} refused ({reason}).")


class Gone(Refused):
    """What we asked about is not there, or not for us."""


class NotOurs(Gone):
    """There is a remote project of that number, but it is another one."""

    def __init__(self, *, url: str, doing: str) -> None:
        super().__init__(
            url=url,
            doing=doing,
            reason="the project of that number does not carry this round's key, so ours is gone; "
            "manage.py push makes a new one",
        )


class AlreadyThere(Refused):
    """What we sent is there already."""


class ServerFailed(LabelStudioError):
    def __init__(self, *, url: str, doing: str, reason: str) -> None:
        super().__init__(
            f"Could not {doing}: {url} answered, but not as Label Studio should ({reason}); "
            "look into the server's log, and check that the address is Label Studio's own."
        )


class EmbeddedServerError(LabelStudioError):
    """Our own server on this machine."""


class NotInstalled(EmbeddedServerError):
    def __init__(self, home: Path) -> None:
        super().__init__(
            f"Label Studio is not installed under {home}; "
            "install it with: manage.py labelstudio install"
        )


class InstallFailed(EmbeddedServerError):
    """Its environment could not be made; asking again takes up where it stopped."""


class PortTaken(EmbeddedServerError):
    def __init__(self, port: int) -> None:
        super().__init__(
            f"Port {port} on 127.0.0.1 is used by another program, so Label Studio was not "
            "started; stop that program, choose another port (CONCORD_LABEL_STUDIO_PORT=8391), or "
            "go on without it (serve --without-label-studio)."
        )


class NotStarted(EmbeddedServerError):
    """It did not come up, or would not stop."""
