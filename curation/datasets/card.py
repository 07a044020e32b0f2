"""The dataset card: what a reader must know before using a version."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class CardFacts:
    """What the card says; counts are examples unless named otherwise."""

    project: str
    title: str
    question: str
    number: int
    policy: str  # in words
    fingerprint: str
    created: str  # ISO date
    label_meanings: Mapping[str, str]  # label → definition
    labels: Mapping[str, int]  # label → kept
    dropped: Mapping[str, int]  # reason → dropped
    annotations: int
    annotators: int
    alpha: float | None  # Krippendorff's
    mean_agreement: float | None
    sources: Mapping[str, int]  # "synthetic" or "real" → kept
    simulated: bool

    @property
    def kept(self) -> int:
        return sum(self.labels.values())


COLUMNS = (
    "Columns: `id`, `text`, `label` (aggregated), `intended_label` (what the prompt asked for, "
    "empty for real texts), `agreement` (share of the most frequent label), `entropy` (0 "
    "unanimous, 1 evenly split), `probability` (the aggregator's, of the label), `votes` (per "
    "label; in CSV one column `votes_LABEL` each), `source`."
)


def dataset_card(facts: CardFacts) -> str:
    """Markdown with a YAML head as the Hugging Face hub reads it."""
    paragraphs = [
        _head(facts),
        f"# {facts.title}, version {facts.number}",
        facts.question,
        *_warning(facts),
        f"{facts.kept} texts ({_counts(facts.sources)}) kept by this policy: {facts.policy}.",
        _label_table(facts),
        f"Dropped: {_counts(facts.dropped) or 'nothing'}.",
        f"The {facts.kept + sum(facts.dropped.values())} texts considered were judged by "
        f"{facts.annotators} annotators with {facts.annotations} annotations; "
        f"Krippendorff's α {_number(facts.alpha)}, mean agreement {_number(facts.mean_agreement)}.",
        COLUMNS,
        f"Project `{facts.project}`, frozen {facts.created}, fingerprint `{facts.fingerprint}`.",
    ]
    return "\n\n".join(paragraphs) + "\n"


def _head(facts: CardFacts) -> str:
    creators = "machine-generated" if facts.simulated else "crowdsourced"
    name = f"{facts.title} v{facts.number}"
    lines = ["---", f"pretty_name: {json.dumps(name, ensure_ascii=False)}"]
    lines += ["task_categories:", "- text-classification"]
    lines += ["annotations_creators:", f"- {creators}", "---"]
    return "\n".join(lines)


def _label_table(facts: CardFacts) -> str:
    rows = ["| label | meaning | kept |", "|---|---|---|"]
    for name, count in facts.labels.items():
        rows.append(f"| {_cell(name)} | {_cell(facts.label_meanings.get(name, ''))} | {count} |")
    return "\n".join(rows)


def _warning(facts: CardFacts) -> list[str]:
    if not facts.simulated:
        return []
    return [
        "> **The votes were given by a simulated crowd, not by people.** They show how the tool "
        "works and say nothing about how people read these texts."
    ]


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items())


def _number(value: float | None) -> str:
    return "undefined" if value is None else f"{value:.3f}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
