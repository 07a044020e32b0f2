"""Who the embedded server's administrator is: made once, kept in a file only its owner reads."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from curation.label_studio.errors import NotStarted
from curation.label_studio.processes import write_atomically

EMAIL = "admin@concord.local"


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """How to reach the embedded server as its administrator."""

    url: str
    email: str
    password: str = field(repr=False)
    token: str = field(repr=False)

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1])

    def variables(self) -> dict[str, str]:
        """What Label Studio makes its first user from."""
        return {
            "LABEL_STUDIO_USERNAME": self.email,
            "LABEL_STUDIO_PASSWORD": self.password,
            "LABEL_STUDIO_USER_TOKEN": self.token,
        }


def read(file: Path) -> Credentials:
    """Those of the last start.

    Raises:
        NotStarted: there was none, or the file was spoilt.
    """
    if not file.exists():
        raise NotStarted(
            f"Label Studio under {file.parent} was never started; "
            "start it with: manage.py labelstudio start"
        )
    try:
        return Credentials(**json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise NotStarted(
            f"{file} cannot be read ({error}), so nobody can log in; restore it from a backup, or "
            f"move it and {file.parent / 'data'} away to begin with an empty server."
        ) from error


def kept(file: Path, *, url: str) -> Credentials:
    """Made at the first start, which is when Label Studio takes them; later ones keep them."""
    if file.exists():
        credentials = replace(read(file), url=url)
    else:
        credentials = Credentials(
            url=url,
            email=EMAIL,
            password=secrets.token_urlsafe(12),
            token=secrets.token_hex(20),  # 40 characters are the most it takes
        )
    write_atomically(file, json.dumps(asdict(credentials), indent=1), mode=0o600)
    return credentials
