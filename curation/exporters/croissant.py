"""croissant.json: Croissant 1.1 metadata with the responsible-AI fields, from what was counted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from curation.datasets.card import CardFacts, collection_sentences, dropped_words
from curation.exporters.columns import Column, Kind, table_of
from curation.exporters.croissant_context import CONTEXT, CROISSANT, RESPONSIBLE
from curation.exporters.forms import TableFile
from curation.exporters.methods import texts_sentences
from curation.exporters.parts import AllWritten

TYPES = {
    Kind.TEXT: "sc:Text",
    Kind.NUMBER: "sc:Float",
    Kind.COUNTS: "sc:Integer",
    Kind.NUMBERS: "sc:Float",
    Kind.OBJECT: "sc:Text",
}
FORMAT = "application/x-parquet"


def croissant_text(
    facts: CardFacts, files: Sequence[TableFile], written: AllWritten, labels: Sequence[str]
) -> str:
    """The metadata as indented JSON-LD; files are named relative to it, with their SHA-256."""
    content: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": [CROISSANT, RESPONSIBLE],
        "name": f"{facts.project}-v{facts.number}",
        "description": _description(facts),
        "version": f"{facts.number}.0.0",
        "dateCreated": facts.created,
        "datePublished": facts.created,
        "license": "Not stated: ask the authors of the dataset.",
        "creator": {"@type": "sc:Organization", "name": f"Project {facts.project}"},
        "citeAs": f"{facts.title}, version {facts.number}, fingerprint {facts.fingerprint}.",
        "isLiveDataset": False,
        **_responsible(facts),
        "distribution": [_file(file, written) for file in files],
        "recordSet": [_records(file, labels) for file in files],
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _description(facts: CardFacts) -> str:
    question = f"{facts.question} " if facts.question else ""
    return f"{facts.title}. {question}{facts.kept} texts kept by: {facts.policy}."


def _file(file: TableFile, written: AllWritten) -> dict[str, Any]:
    done = written[file.path]
    return {
        "@type": "cr:FileObject",
        "@id": file.path,
        "name": file.path,
        "contentUrl": file.path,
        "contentSize": f"{done.size} B",
        "encodingFormat": FORMAT,
        "sha256": done.sha256,
    }


def _records(file: TableFile, labels: Sequence[str]) -> dict[str, Any]:
    table = table_of(file.table, labels)
    return {
        "@type": "cr:RecordSet",
        "@id": file.table,
        "name": file.table,
        "description": {
            "rows": "The kept rows.",
            "dropped": "The rows that were judged and not kept, with the reason.",
            "votes": "One record per vote.",
        }[file.table],
        "field": [_field(file, column, len(labels)) for column in table.columns],
    }


def _field(file: TableFile, column: Column, n_labels: int) -> dict[str, Any]:
    lists = {"isArray": True, "arrayShape": str(n_labels)} if column.kind.per_label else {}
    return {
        "@type": "cr:Field",
        "@id": f"{file.table}/{column.name}",
        "name": f"{file.table}/{column.name}",
        "description": column.meaning,
        "dataType": TYPES[column.kind],
        **lists,
        "source": {"fileObject": {"@id": file.path}, "extract": {"column": column.name}},
    }


def _responsible(facts: CardFacts) -> dict[str, Any]:
    """The fields of the responsible-AI vocabulary, each said from this run's own numbers."""
    people = "programs, not people" if facts.simulated else "people"
    models = sorted({origin.model for origin in facts.origins if origin.model})
    return {
        "rai:dataCollection": " ".join(texts_sentences(facts)) or "Texts were imported.",
        "rai:dataCollectionType": _collection_types(facts),
        "rai:hasSyntheticData": bool(facts.sources.get("synthetic") or facts.origins),
        "rai:dataAnnotationProtocol": [
            f"{facts.annotators} annotators ({people}) chose one of {len(facts.labels)} labels "
            "for each text they were given.",
            *collection_sentences(facts.fronts),
            *([f"Instructions: {facts.instructions}"] if facts.instructions else []),
        ],
        "rai:annotationsPerItem": f"{_each(facts)} votes per text, {facts.annotations} in all",
        "rai:annotatorDemographics": ["Not recorded; annotators are known by pseudonyms only."],
        "rai:dataAnnotationAnalysis": [_agreement(facts)],
        "rai:machineAnnotationTools": [
            f"Labels aggregated by {facts.aggregator}",
            *(f"Texts generated with {model}" for model in models),
        ],
        "rai:dataPreprocessingProtocol": [f"Kept by the policy: {facts.policy}."],
        "rai:dataCollectionMissingData": _missing(facts),
        "rai:dataLimitations": _limitations(facts, models),
        "rai:dataBiases": _biases(facts),
        "rai:personalSensitiveInformation": [
            "Annotators appear under keyed pseudonyms. Texts were not searched for personal data."
        ],
        "rai:dataUseCases": ["Training and evaluating text classifiers; studying disagreement."],
        "rai:dataReleaseMaintenancePlan": "This version never changes; a correction is a new one.",
    }


def _each(facts: CardFacts) -> str:
    spread = facts.votes_per_text
    if spread is None:
        return "An unknown number of"
    least, most = spread.least, spread.most
    return str(least) if least == most else f"{least} to {most}"


def _collection_types(facts: CardFacts) -> list[str]:
    types = ["Synthetic data"] if facts.sources.get("synthetic") else []
    return types + (["Others"] if facts.sources.get("real") else [])


def _agreement(facts: CardFacts) -> str:
    if facts.alpha is None:
        return "Krippendorff's alpha is undefined."
    between = (
        ""
        if facts.alpha_low is None or facts.alpha_high is None
        else f", 95 % interval {facts.alpha_low:.3f} to {facts.alpha_high:.3f}"
    )
    return f"Krippendorff's alpha {facts.alpha:.3f}{between}."


def _missing(facts: CardFacts) -> str:
    dropped = dropped_words(facts.dropped)
    return f"Not kept: {dropped}; they are in the record set “dropped”." if dropped else "None."


def _limitations(facts: CardFacts, models: Sequence[str]) -> list[str]:
    result = []
    if models:
        result.append(
            "Generated texts are less varied than real ones, and classifiers trained on them score "
            "lower on real texts, most on subjective questions (arXiv:2310.07849)."
        )
    if facts.simulated:
        result.append("The votes of a simulated crowd say nothing about how people read the texts.")
    if facts.votes_per_text and facts.votes_per_text.median < 5:
        result.append("With few votes per text, agreement takes few values and is biased upward.")
    if facts.changed_examples:
        result.append(f"Texts whose votes have changed since the freeze: {facts.changed_examples}.")
    return [*result, "Labels hold for the question asked and for those who were asked."]


def _biases(facts: CardFacts) -> list[str]:
    share = ", ".join(f"{name} {n}" for name, n in facts.labels.items())
    result = [f"Kept texts per label: {share}."]
    if facts.dropped:
        result.append(
            "Texts that annotators dispute are under-represented where they were dropped; a global "
            "threshold drops more of the label that is disputed most."
        )
    return result
