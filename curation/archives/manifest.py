"""The last part of an archive: what it holds, from which state of the tables, and checksums."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from curation.archives.values import Kind
from curation.errors import BadInput

FORMAT = 1
NAME = "manifest.json"


@dataclass(frozen=True, kw_only=True)
class Part:
    """One member of the zip file."""

    name: str  # "rows/curation_example.jsonl", "home/runs/…"
    size: int  # bytes, unpacked
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table: its columns in the order of the values in a row."""

    name: str
    key: str  # the primary key's column
    columns: tuple[str, ...]
    kinds: tuple[Kind, ...]
    refers_to_itself: bool = False

    @property
    def part(self) -> str:
        return f"rows/{self.name}.jsonl"


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What an archive says about itself."""

    made_at: str  # ISO 8601
    concord: str  # version
    database: str  # "sqlite", "postgresql"
    migrations: tuple[str, ...]  # applied when it was made: "curation.0001_initial"
    tables: tuple[Table, ...]  # a table comes after those it refers to
    rows: dict[str, int]  # table → rows
    parts: tuple[Part, ...]
    modes: dict[str, int]  # part of a file → permissions
    secret_key: str  # a digest, to know whether the right one is in use
    format: int = FORMAT

    def as_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1)


def read_manifest(text: str) -> Manifest:
    """What `as_json` wrote.

    Raises:
        BadInput: it is not a manifest, or one of a later form.
    """
    try:
        said: dict[str, Any] = json.loads(text)
        if said["format"] != FORMAT:
            raise BadInput(
                f"The archive has form {said['format']}, and this version reads form {FORMAT}; "
                "install the version of Concord that made it."
            )
        tables = tuple(_table(table) for table in said.pop("tables"))
        parts = tuple(Part(**part) for part in said.pop("parts"))
        migrations = tuple(said.pop("migrations"))
        return Manifest(**said, tables=tables, parts=parts, migrations=migrations)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInput(
            f"The archive's manifest cannot be read ({error}); it is damaged or no backup."
        ) from error


def _table(said: dict[str, Any]) -> Table:
    kinds = tuple(Kind(kind) for kind in said.pop("kinds"))
    return Table(**{**said, "columns": tuple(said["columns"])}, kinds=kinds)
