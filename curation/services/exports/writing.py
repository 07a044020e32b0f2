"""Writing an export where somebody asked for it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path

from curation.datasets import dataset_card
from curation.errors import BadInput
from curation.exporters import EXPORTERS, Form, TableFile, table_of
from curation.exporters.archive import stream_zip
from curation.exporters.checking import NotWhole, check_whole
from curation.exporters.folder import FolderInUse, write_folder
from curation.exporters.manifest import FORMAT_VERSION, MANIFEST, TOOL_VERSION
from curation.exporters.parts import PartWriting, exhaust
from curation.files import written_whole
from curation.importers.exported import read_table
from curation.models import DatasetVersion
from curation.services.auditing import record
from curation.services.exports.facts import card_facts
from curation.services.exports.parts import export_parts, table_part
from curation.services.exports.rows import VoteTally, split_sizes, vote_rows

PLAIN = ("jsonl", "csv", "parquet")  # forms whose rows alone can be one file


@dataclass(frozen=True, kw_only=True)
class Exported:
    path: Path  # the folder, the zip or the file
    card: Path | None  # the dataset card, where it stands by itself
    rows: int  # kept rows
    reused: list[str] = field(default_factory=list)  # files an unfinished export had completed
    unchanged: bool = False  # it was there already, whole, with the votes of today


def export_name(version: DatasetVersion, form: str) -> str:
    """What the folder of an export is called: `jokes-v1-csv`."""
    return f"{version.project.slug}-v{version.number}-{form}"


def export_dataset(
    version: DatasetVersion, *, form: str, to: Path, replace: bool = False
) -> Exported:
    """Write a version's rows with all that is known about them.

    What is written appears only when it is whole. A folder goes on where a killed export stopped.

    Args:
        form: a key of `EXPORTERS`.
        to: a folder to write the folder `<project>-v<number>-<form>` into; a file `….zip` to have
            that folder as one zip; or a file that ends as its form does (`rows.csv`) to have only
            the kept rows, and the card beside them.
        replace: a folder that another export left under that name may go.

    Raises:
        BadInput: no such form, something else is there already, or it cannot be written. Nothing
            is left behind in either case.
    """
    if form not in EXPORTERS:
        raise BadInput(f"There is no export format {form!r}; there are {', '.join(EXPORTERS)}.")
    note_export(version, form)
    try:
        if to.is_dir() or not to.suffix:
            with _made(to):
                return _folder(version, form, to / export_name(version, form), replace=replace)
        _check_target(to, form)
        with _made(to.parent):
            if to.suffix == ".zip":
                return _zip_file(version, form, to)
            return _plain_file(version, EXPORTERS[form], to)
    except FolderInUse:
        raise BadInput(f"Another export is writing to {str(to)!r} just now; wait for it.") from None
    except OSError as error:
        raise BadInput(
            f"{str(to)!r} cannot be written ({error.strerror}); choose another place with --to."
        ) from error


def note_export(version: DatasetVersion, form: str) -> None:
    """Write down in the audit log that somebody takes a version along."""
    thing = f"version {version.number} as {form}"
    record("version.exported", project=version.project, thing=thing)


def export_zip(version: DatasetVersion, form: str) -> Iterator[bytes]:
    """The whole export as the bytes of one zip, piece by piece while it is read.

    Raises:
        BadInput: no such form.
    """
    if form not in EXPORTERS:
        raise BadInput(f"There is no export format {form!r}; there are {', '.join(EXPORTERS)}.")
    note_export(version, form)
    return stream_zip(
        export_parts(version, form),
        folder=export_name(version, form),
        moment=version.created_at,
    )


@contextmanager
def _made(folder: Path) -> Iterator[None]:
    """The folder and those above it, made where they were missing; gone again when it fails."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    try:
        yield
    except (BadInput, OSError):
        for one in missing:
            with suppress(OSError):
                one.rmdir()
        raise


def _check_target(to: Path, form: str) -> None:
    """A file the user named must be new, and end as its form does."""
    if to.exists():
        raise BadInput(f"{str(to)!r} exists already; choose another name, or name a folder.")
    if to.suffix == ".zip":
        return
    if form not in PLAIN:
        raise BadInput(
            f"The format {form} is a folder: name a folder with --to, or a file that ends in .zip."
        )
    if to.suffix != f".{form}":
        raise BadInput(f"{str(to)!r} should end in .{form}, the format that was asked for.")


def _folder(version: DatasetVersion, form: str, target: Path, *, replace: bool) -> Exported:
    card = target / "README.md"
    if target.exists():
        same = _is_same(version, form, target)
        if same and _has_todays_votes(version, form, target):
            return Exported(path=target, card=card, rows=version.kept, unchanged=True)
        if not (replace and (target / MANIFEST).is_file()):
            what = (
                "holds this version with other votes than stand today, or under other names: some "
                "were changed, excluded or erased since it was written"
                if same
                else "exists already and is not this export"
            )
            raise BadInput(f"{str(target)!r} {what}; remove it, or choose another place with --to.")
        shutil.rmtree(target)
    key = f"{version.fingerprint} {form} {FORMAT_VERSION} {TOOL_VERSION} {version.pk}"
    result = write_folder(target, export_parts(version, form), key=key)
    return Exported(path=target, card=card, rows=version.kept, reused=result.reused)


def _is_same(version: DatasetVersion, form: str, target: Path) -> bool:
    """Whether a folder that is there already is this export, whole."""
    try:
        check_whole(target)
        found = json.loads((target / MANIFEST).read_text("utf-8"))
        return bool((found["form"], found["version"]["fingerprint"]) == (form, version.fingerprint))
    except (NotWhole, OSError, ValueError, KeyError, TypeError):
        return False


def _has_todays_votes(version: DatasetVersion, form: str, target: Path) -> bool:
    """Whether the votes in a whole export are those that it would be written with now."""
    files = EXPORTERS[form].files(list(split_sizes(version)))
    path = next(target / file.path for file in files if file.table == "votes")
    written = read_table(path, table_of("votes", version.project.label_names()))
    pairs = zip_longest(written, vote_rows(version, VoteTally()))
    return all(there == today for there, today in pairs)


def _zip_file(version: DatasetVersion, form: str, to: Path) -> Exported:
    with written_whole(to) as scratch, scratch.open("wb") as file:
        for piece in export_zip(version, form):
            file.write(piece)
    return Exported(path=to, card=None, rows=version.kept)


def _plain_file(version: DatasetVersion, form: Form, to: Path) -> Exported:
    card = to.with_name(f"{to.stem}.README.md")
    part = table_part(version, form, TableFile(path=to.name, table="rows"))
    with written_whole(to) as scratch:
        with scratch.open("wb") as sink:
            exhaust(PartWriting(part, sink, {}))
        with written_whole(card) as text:
            text.write_text(dataset_card(card_facts(version)), encoding="utf-8")
    return Exported(path=to, card=card, rows=version.kept)
