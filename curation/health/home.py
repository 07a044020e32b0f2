"""Whether CONCORD_HOME can be written to, and whether its secrets are its owner's only."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from curation.health.findings import Finding, good, problem

SECRETS = ("secret_key", "login.txt", "label_studio_tokens.json", "label_studio/credentials.json")


def home_writable(home: Path) -> Finding:
    """Makes a file in the folder and takes it away again."""
    try:
        with tempfile.TemporaryFile(dir=home) as file:
            file.write(b"?")
    except OSError as error:
        return problem(
            "CONCORD_HOME",
            f"Nothing can be written to {home} ({error.strerror or error}).",
            f"Make the folder and give it to the user who runs Concord: chown USER {home}.",
        )
    return good("CONCORD_HOME", f"{home} can be written to.")


def secrets_private(home: Path) -> Finding:
    """No other user of this machine can read keys, tokens and passwords."""
    paths = [home / name for name in SECRETS if (home / name).exists()]
    if open_ones := [str(path) for path in paths if path.stat().st_mode & 0o077]:
        named = " ".join(open_ones)
        return problem(
            "secrets", f"Other users of this machine may read {named}.", f"Run chmod 600 {named}."
        )
    return good("secrets", "Keys and passwords can be read by their owner only.")


def secret_key_kept(home: Path) -> Finding:
    """The key that pseudonyms and links are made from is the same after the next start."""
    if os.environ.get("CONCORD_SECRET_KEY"):
        return good("secret key", "The secret key comes from CONCORD_SECRET_KEY.")
    if (home / "secret_key").is_file():
        return good("secret key", f"The secret key is kept in {home / 'secret_key'}.")
    return problem(
        "secret key",
        "There is no secret key that stays, so each start makes another one: sign-ins, links and "
        "pseudonyms do not last.",
        "Make CONCORD_HOME writable, or set CONCORD_SECRET_KEY.",
    )
