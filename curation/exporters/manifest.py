"""version.json: what an export is, so that it can be read back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from curation.exporters.forms import TableFile
from curation.exporters.parts import AllWritten

MANIFEST = "version.json"
FORMAT = "concord-dataset-version"
FORMAT_VERSION = 1  # one more when a reader of this version could not read the next
TOOL_VERSION = "0.1.0"  # as in pyproject.toml


def manifest(
    *,
    form: str,
    project: Mapping[str, Any],
    version: Mapping[str, Any],
    files: Sequence[TableFile],
    written: AllWritten,
) -> str:
    """The manifest as indented JSON, its keys in a fixed order.

    Args:
        project: slug, title, question and labels.
        version: number, policy, fingerprint and all else its row says.
        written: what has been written of `files`.
    """
    content = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "tool": {"name": "concord", "version": TOOL_VERSION},
        "form": form,
        "project": project,
        "version": version,
        "votes": _votes(files, written),
        "files": [
            {
                "path": file.path,
                "table": file.table,
                "splits": None if file.splits is None else list(file.splits),
                "rows": written[file.path].rows,
            }
            for file in files
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _votes(files: Sequence[TableFile], written: AllWritten) -> dict[str, int]:
    """How many votes there are, whose, and of how many examples they have changed since."""
    facts = next(written[file.path].facts for file in files if file.table == "votes")
    return {name: facts.get(name, 0) for name in ("votes", "annotators", "changed_examples")}
