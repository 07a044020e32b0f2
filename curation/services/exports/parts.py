"""The files of an export, in the order in which they are written."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from curation.datasets import CardFacts, dataset_card
from curation.exporters import EXPORTERS, WRITERS, Form, Row, TableFile, table_of
from curation.exporters.croissant import croissant_text
from curation.exporters.huggingface import card_head, column_list
from curation.exporters.manifest import MANIFEST, TOOL_VERSION, manifest
from curation.exporters.methods import methods_text
from curation.exporters.parts import AllWritten, Part, checksums_part, text_part
from curation.models import DatasetVersion
from curation.services.exports.facts import full_facts, project_json, version_json
from curation.services.exports.rows import (
    VoteTally,
    dropped_rows,
    kept_rows,
    split_sizes,
    vote_rows,
    votes_state,
)
from curation.services.lineage import version_prov


def export_parts(version: DatasetVersion, form: str) -> list[Part]:
    """All files of a version's export in a form: tables first, checksums last."""
    shape = EXPORTERS[form]
    files = shape.files(list(split_sizes(version)))
    return [
        *(table_part(version, shape, file) for file in files),
        *_Texts(version, form, files).parts(),
        checksums_part(),
    ]


def table_part(version: DatasetVersion, form: Form, file: TableFile) -> Part:
    """One table."""
    table = table_of(file.table, version.project.label_names())
    write_table = WRITERS[form.ending]
    tally = VoteTally()

    def write(sink: BinaryIO, before: AllWritten) -> Iterator[int]:
        return write_table(table, _rows(version, file, tally), sink)

    if file.table == "votes":
        return Part(path=file.path, write=write, facts=tally.facts, state=votes_state(version))
    return Part(path=file.path, write=write)


def _rows(version: DatasetVersion, file: TableFile, tally: VoteTally) -> Iterator[Row]:
    if file.table == "rows":
        return kept_rows(version, splits=file.splits)
    if file.table == "dropped":
        return dropped_rows(version)
    return vote_rows(version, tally)


class _Texts:
    """The texts beside the tables, made when the tables have been written."""

    def __init__(self, version: DatasetVersion, form: str, files: Sequence[TableFile]) -> None:
        self._version = version
        self._form = form
        self._files = files
        self._votes = next(file.path for file in files if file.table == "votes")
        self._labels = version.project.label_names()
        self._facts: CardFacts | None = None

    def parts(self) -> list[Part]:
        parts = [
            text_part(MANIFEST, self.manifest),
            *_lineage(self._version),
            text_part("methods.md", self.methods),
            text_part("README.md", self.card),
        ]
        if EXPORTERS[self._form].croissant:
            parts.append(text_part("croissant.json", self.croissant))
        return parts

    def facts(self, written: AllWritten) -> CardFacts:
        """Counted once for all texts."""
        if self._facts is None:
            changed = written[self._votes].facts.get("changed_examples", 0)
            self._facts = full_facts(self._version, changed_examples=changed)
        return self._facts

    def manifest(self, written: AllWritten) -> str:
        return manifest(
            form=self._form,
            project=project_json(self._version.project),
            version=version_json(self._version),
            files=self._files,
            written=written,
        )

    def methods(self, written: AllWritten) -> str:
        return methods_text(self.facts(written), tool=f"Concord {TOOL_VERSION}")

    def card(self, written: AllWritten) -> str:
        loads = EXPORTERS[self._form].per_split
        head = card_head(self._files, written, self._labels) if loads else ""
        columns = column_list(self._files, self._form)
        return dataset_card(self.facts(written), head=head, columns=columns)

    def croissant(self, written: AllWritten) -> str:
        return croissant_text(self.facts(written), self._files, written, self._labels)


def _lineage(version: DatasetVersion) -> list[Part]:
    """prov.json: how the version came about, as W3C PROV."""

    def write(written: AllWritten) -> str:
        return json.dumps(version_prov(version), ensure_ascii=False, indent=1) + "\n"

    return [text_part("prov.json", write)]
