"""The files of an export, in the order in which they are written."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import import_module
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


def export_parts(version: DatasetVersion, form: str) -> list[Part]:
    """All files of a version's export in a form: tables first, checksums last."""
    shape = EXPORTERS[form]
    files = shape.files(list(split_sizes(version)))
    return [
        *(table_part(version, shape, file) for file in files),
        *_texts(version, form, files),
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


def _texts(version: DatasetVersion, form: str, files: Sequence[TableFile]) -> list[Part]:
    votes = next(file.path for file in files if file.table == "votes")
    labels = version.project.label_names()

    @cache
    def counted(changed_examples: int) -> CardFacts:
        return full_facts(version, changed_examples=changed_examples)

    def facts(written: AllWritten) -> CardFacts:
        return counted(written[votes].facts.get("changed_examples", 0))

    def description(written: AllWritten) -> str:
        return manifest(
            form=form,
            project=project_json(version.project),
            version=version_json(version),
            files=files,
            written=written,
        )

    def card(written: AllWritten) -> str:
        head = card_head(files, written, labels) if EXPORTERS[form].per_split else ""
        return dataset_card(facts(written), head=head, columns=column_list(files, form))

    parts = [
        text_part(MANIFEST, description),
        *_lineage(version),
        text_part("methods.md", lambda w: methods_text(facts(w), tool=f"Concord {TOOL_VERSION}")),
        text_part("README.md", card),
    ]
    if EXPORTERS[form].croissant:
        parts.append(
            text_part("croissant.json", lambda w: croissant_text(facts(w), files, w, labels))
        )
    return parts


def _lineage(version: DatasetVersion) -> list[Part]:
    """prov.json: how the version came about, as W3C PROV."""
    try:
        version_prov = import_module("curation.services.lineage").version_prov
    except ImportError:
        return []

    def write(written: AllWritten) -> str:
        return json.dumps(version_prov(version), ensure_ascii=False, indent=1) + "\n"

    return [text_part("prov.json", write)]
