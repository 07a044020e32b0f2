"""Everything that can be looked at, in one list."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.utils.module_loading import import_string

from curation.archives.marker import restoring_in
from curation.health import home as home_checks
from curation.health import serving
from curation.health.disk import disk_space
from curation.health.findings import Finding, Level, good, note, problem
from curation.services.operations.checks import IN_DATABASE, database


def examine(*, llm_url: str | None = None) -> Iterator[Finding]:
    """Findings as they are made, files first, then the database, then other servers.

    Args:
        llm_url: a language model's endpoint to reach, "" for the one used last; None: not asked.
    """
    home = Path(settings.CONCORD_HOME)
    hosts: list[str] = settings.ALLOWED_HOSTS
    yield home_checks.home_writable(home)
    yield home_checks.secret_key_kept(home)
    yield home_checks.secrets_private(home)
    yield disk_space(home)
    yield _whole(home)
    yield serving.debugging(debug=settings.DEBUG, hosts=hosts)
    yield serving.addresses(hosts=hosts, public_url=settings.CONCORD_PUBLIC_URL)
    yield serving.static_files(Path(settings.STATICFILES_DIRS[0]))
    yield serving.encoder()
    yield from _in_database()
    if llm_url is not None:
        look: Callable[[str], Finding] = import_string(settings.CONCORD_LLM_CHECK)
        yield look(llm_url)


def _whole(home: Path) -> Finding:
    if restoring := restoring_in(home):
        return problem(
            "restoring", restoring.sentence(), "Finish it; nothing else works until then."
        )
    return good("restoring", "No restoring was broken off.")


def _in_database() -> Iterator[Finding]:
    found = database()
    yield found
    for name, look in IN_DATABASE.items():
        if found.level == Level.PROBLEM:
            yield note(name, "Not looked at: the database cannot be used.", "Mend that first.")
        else:
            yield _guarded(name, look)


def _guarded(name: str, look: Callable[[], Finding]) -> Finding:
    try:
        return look()
    except (DatabaseError, InterfaceError) as error:
        first = str(error).strip().splitlines()[0]
        return problem(
            name, f"The database refused ({first}).", "Look into the database's own log."
        )
