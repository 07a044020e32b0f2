"""The head of a dataset card, from which `datasets.load_dataset(path)` knows files and features."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from curation.exporters.columns import Column, Kind, table_of
from curation.exporters.forms import TableFile
from curation.exporters.parts import AllWritten

CLASS_COLUMN = "label"
TYPES: dict[Kind, dict[str, Any]] = {
    Kind.TEXT: {"dtype": "string"},
    Kind.NUMBER: {"dtype": "float64"},
    Kind.COUNTS: {"list": "int64"},
    Kind.NUMBERS: {"list": "float64"},
    Kind.OBJECT: {"dtype": "string"},
}


def card_head(files: Sequence[TableFile], written: AllWritten, labels: Sequence[str]) -> str:
    """YAML lines: one configuration for the kept rows with their splits, one each for the rest.

    Tables without rows are left out, since nothing can be loaded from them.
    """
    import yaml

    configs, infos = [], []
    for name, members in _configurations(files, written).items():
        configs.append(
            {
                "config_name": name,
                "data_files": [{"split": _split(file), "path": file.path} for file in members],
                **({"default": True} if name == "default" else {}),
            }
        )
        infos.append(
            {
                "config_name": name,
                "features": _features(members[0].table, labels),
                "splits": [
                    {
                        "name": _split(file),
                        "num_bytes": written[file.path].size,
                        "num_examples": written[file.path].rows,
                    }
                    for file in members
                ],
            }
        )
    head = {"configs": configs, "dataset_info": infos}
    return str(yaml.safe_dump(head, sort_keys=False, allow_unicode=True))


def _configurations(files: Sequence[TableFile], written: AllWritten) -> dict[str, list[TableFile]]:
    result: dict[str, list[TableFile]] = {}
    for file in files:
        if written[file.path].rows:
            name = "default" if file.table == "rows" else file.table
            result.setdefault(name, []).append(file)
    return result


def _split(file: TableFile) -> str:
    return file.splits[0] if file.splits else "train"


def _features(table: str, labels: Sequence[str]) -> list[dict[str, Any]]:
    return [_feature(column, labels) for column in table_of(table, labels).columns]


def _feature(column: Column, labels: Sequence[str]) -> dict[str, Any]:
    if column.name == CLASS_COLUMN:
        names = {str(place): label for place, label in enumerate(labels)}
        return {"name": column.name, "dtype": {"class_label": {"names": names}}}
    return {"name": column.name, **TYPES[column.kind]}


PER_LABEL = {
    "jsonl": "an object by label",
    "csv": "one column each, as in `votes_LABEL`",
    "parquet": "a list in the order of the labels in version.json",
}


def column_list(files: Sequence[TableFile], form: str) -> str:
    """What is in which file, and what its columns mean, as Markdown."""
    rows = table_of("rows", [])
    dropped, votes = table_of("dropped", []), table_of("votes", [])
    ending = files[0].path.rsplit(".", 1)[-1]
    listed = [f"- `{file.path}`: {_what(file)}" for file in files]
    columns = [f"| `{c.name}` | {c.meaning}{_note(c)} |" for c in rows.columns]
    columns.append(f"| `{dropped.columns[-1].name}` | {dropped.columns[-1].meaning} (dropped) |")
    columns += [f"| `{c.name}` | {c.meaning} (votes) |" for c in votes.columns if c.name != "id"]
    return "\n".join(
        [
            "## Files",
            "",
            *listed,
            "- `version.json`: policy, fingerprint, labels, splits and counts",
            "- `prov.json`: where it came from, as W3C PROV",
            "- `methods.md`: how it was made, for a paper",
            "- `checksums.sha256`: `sha256sum --check checksums.sha256`",
            "",
            "## Columns",
            "",
            f"Values marked * are one for each label: {PER_LABEL[ending]}.",
            *(["", GUARD] if form == "csv" else []),
            "",
            "| column | meaning |",
            "|---|---|",
            *columns,
        ]
    )


GUARD = (
    "A cell that a spreadsheet would take for a formula, or that begins with an apostrophe, has "
    "one apostrophe more before it; take it away to get the text."
)


def _what(file: TableFile) -> str:
    if file.table == "rows":
        return f"kept rows of split {_split(file)}" if file.splits else "kept rows"
    return {"dropped": "rows judged and not kept", "votes": "one line per vote"}[file.table]


def _note(column: Column) -> str:
    return " *" if column.kind.per_label else ""
