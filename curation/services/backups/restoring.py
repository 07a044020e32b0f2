"""Restoring a backup into an empty installation, of the same or another kind of database."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from curation.archives.manifest import Part
from curation.archives.marker import Restoring, forget_restoring, note_restoring
from curation.archives.reading import HOME, Archive, opened
from curation.datasets import Policy
from curation.datasets.frozen import version_fingerprint
from curation.datasets.splits import SplitPlan
from curation.files import private_file, written_whole
from curation.models import DatasetVersion
from curation.progress import Progress, silent
from curation.services.backups.emptiness import check_target, refuse_nul
from curation.services.backups.loading import fill_tables, make_tables
from curation.services.backups.making import secret_key_digest
from curation.services.importing_rows import stored_rows

# folders of numbers that are believed as long as signs in the database fit: they are another one's
BELIEVED = ("agreement", "aggregators", "annotators", "counts", "evidence", "lately", "maps")


@dataclass(frozen=True, kw_only=True)
class Restored:
    """What came out of an archive."""

    made_at: str  # when the archive was made, ISO 8601
    tables: int
    rows: int
    files: int
    versions: int  # dataset versions, each of whose fingerprints was worked out again
    changed_versions: tuple[str, ...]  # "SLUG v3": those with another one
    same_secret_key: bool


def foresee_restore(path: Path, *, progress: Progress = silent) -> Restored:
    """Verify an archive and look whether it may be restored here; nothing is changed.

    Raises:
        BadInput: it may not.
    """
    with opened(path) as archive:
        _verify(archive, progress)
        return _told(archive, versions=archive.manifest.rows.get(_versions_table(), 0))


def restore(path: Path, *, progress: Progress = silent) -> Restored:
    """Bring an installation back. Killed at any point, it says so and is begun again.

    Raises:
        BadInput: the archive is damaged or may not be restored here; nothing was changed.
    """
    home = Path(settings.CONCORD_HOME)
    with opened(path) as archive:
        _verify(archive, progress)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        note_restoring(
            home, Restoring(archive=str(path.absolute()), sha256=archive.sha256, started_at=now)
        )
        for folder in BELIEVED:
            shutil.rmtree(home / folder, ignore_errors=True)
        for part, place in archive.files():
            progress(0, 1, place.name)
            _put(home / place, archive, part)
        make_tables(archive.manifest)
        fill_tables(archive, progress)
        call_command("migrate", verbosity=0)
        versions, changed = _versions()
        forget_restoring(home)
        return _told(archive, versions=versions, changed=tuple(changed))


def _verify(archive: Archive, progress: Progress) -> None:
    check_target(archive)
    archive.verify(lambda done, total: progress(done, total, "verifying"), refuse_nul)


def _put(path: Path, archive: Archive, part: Part) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with written_whole(path) as scratch:
        with private_file(scratch) as file:
            for block in archive.blocks(part):
                file.write(block)
            file.flush()
            os.fsync(file.fileno())
        scratch.chmod(archive.manifest.modes.get(part.name, 0o600) & 0o777)


def _versions() -> tuple[int, list[str]]:
    """How many versions there are, and which of them have another fingerprint than they say."""
    return DatasetVersion.objects.count(), list(_changed())


def _changed() -> Iterator[str]:
    for version in DatasetVersion.objects.select_related("project").order_by("pk"):
        policy = Policy.from_json(version.policy)
        plan = SplitPlan.from_json(version.split_plan)
        if version_fingerprint(policy, plan, stored_rows(version)) != version.fingerprint:
            yield f"{version.project.slug} v{version.number}"


def _told(archive: Archive, *, versions: int, changed: tuple[str, ...] = ()) -> Restored:
    manifest = archive.manifest
    return Restored(
        made_at=manifest.made_at,
        tables=len(manifest.tables),
        rows=sum(manifest.rows.values()),
        files=len(manifest.modes),
        versions=versions,
        changed_versions=changed,
        same_secret_key=manifest.secret_key == secret_key_digest()
        or ("CONCORD_SECRET_KEY" not in os.environ and f"{HOME}secret_key" in manifest.modes),
    )


def _versions_table() -> str:
    return DatasetVersion._meta.db_table
