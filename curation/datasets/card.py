"""The dataset card: what a reader must know before using a version."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from curation.datasets.keeping import (
    BALANCED,
    BELOW_SHARE,
    BELOW_THRESHOLD,
    BY_HAND,
    FEW_VOTES,
    MISMATCH,
)


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Generated texts that came about in the same way."""

    model: str
    method: str
    texts: int
    calls: int  # different calls that these texts came from


@dataclass(frozen=True, kw_only=True)
class VotesPerText:
    """How many votes the texts considered have."""

    least: int
    median: float
    most: int


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
    instructions: str = ""  # what annotators read before they started
    aggregator: str = "majority"
    splits: Mapping[str, int] = field(default_factory=dict)  # split → kept
    split_seed: int | None = None
    note: str = ""
    origins: Sequence[Origin] = ()  # of the generated texts considered
    fronts: Sequence[str] = ()  # where votes were given: page, label_studio, votes, simulated
    alpha_low: float | None = None  # 95 % interval
    alpha_high: float | None = None
    votes_per_text: VotesPerText | None = None
    changed_examples: int = 0  # whose votes are no longer those the version was made from

    @property
    def kept(self) -> int:
        return sum(self.labels.values())

    @property
    def considered(self) -> int:
        return self.kept + sum(self.dropped.values())


REASON_WORDS = {
    BY_HAND: "set aside by hand",
    FEW_VOTES: "with too few votes",
    MISMATCH: "judged not to have the intended label",
    BELOW_THRESHOLD: "below γ",
    BELOW_SHARE: "outside the most agreed share",
    BALANCED: "left out to balance the labels",
}

COLUMNS = (
    "Columns: `id`, `text`, `label` (aggregated), `intended_label` (what the prompt asked for, "
    "empty for real texts), `gold_label` (trusted, where there is one), `split`, `source`, "
    "`agreement` (share of the most frequent label), `entropy` (0 unanimous, 1 evenly split), "
    "`posterior_agreement` (what more votes would show) from `posterior_low` to `posterior_high`, "
    "`probability` (the aggregator's, of the label), `weight` (for training: the agreement), and "
    "per label `votes`, `shares` (of the votes) and `probabilities` (the aggregator's): an object "
    "in JSON lines, one column each in CSV, such as `votes_LABEL`, a list in label order in "
    "Parquet. `provenance` says how a generated text came about."
)


def dataset_card(facts: CardFacts, *, head: str = "", columns: str = COLUMNS) -> str:
    """Markdown with a YAML head as the Hugging Face hub reads it.

    Args:
        head: further lines of the YAML head.
        columns: the paragraph that says what the columns are.
    """
    paragraphs = [
        _head(facts, head),
        f"# {facts.title}, version {facts.number}",
        *([facts.question] if facts.question else []),
        *_warning(facts),
        f"{facts.kept:,} texts ({_counts(facts.sources)}) kept by this policy: {facts.policy}.",
        _label_table(facts),
        f"Dropped: {dropped_words(facts.dropped) or 'nothing'}.",
        *([f"Splits: {_counts(facts.splits)}."] if facts.splits else []),
        f"The {facts.considered:,} texts considered were judged by "
        f"{facts.annotators:,} annotators with {facts.annotations:,} votes; "
        f"Krippendorff's α {_number(facts.alpha)}, mean agreement {_number(facts.mean_agreement)}.",
        *_collected(facts),
        *([facts.note] if facts.note else []),
        *_changed(facts),
        columns,
        f"Project `{facts.project}`, frozen {facts.created}, fingerprint `{facts.fingerprint}`.",
    ]
    return "\n\n".join(paragraphs) + "\n"


def _head(facts: CardFacts, further: str) -> str:
    creators = "machine-generated" if facts.simulated else "crowdsourced"
    name = f"{facts.title} v{facts.number}"
    lines = ["---", f"pretty_name: {json.dumps(name, ensure_ascii=False)}"]
    lines += ["task_categories:", "- text-classification"]
    lines += ["annotations_creators:", f"- {creators}"]
    lines += [further.rstrip("\n")] if further else []
    return "\n".join([*lines, "---"])


def _label_table(facts: CardFacts) -> str:
    rows = ["| label | meaning | kept |", "|---|---|---|"]
    for name, count in facts.labels.items():
        rows.append(f"| {_cell(name)} | {_cell(facts.label_meanings.get(name, ''))} | {count:,} |")
    return "\n".join(rows)


def _warning(facts: CardFacts) -> list[str]:
    if not facts.simulated:
        return []
    return [
        "> **The votes were given by a simulated crowd, not by people.** They show how the tool "
        "works and say nothing about how people read these texts."
    ]


def _changed(facts: CardFacts) -> list[str]:
    if not facts.changed_examples:
        return []
    return [
        "Texts whose votes have changed since the version was frozen: "
        f"{facts.changed_examples}. The counts in the rows are those of the version, the single "
        "votes those of today."
    ]


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items())


def dropped_words(dropped: Mapping[str, int]) -> str:
    """
    >>> dropped_words({"below_share": 1216, "few_votes": 3})
    '1,216 outside the most agreed share, 3 with too few votes'
    """
    return ", ".join(f"{n:,} {REASON_WORDS.get(why, why)}" for why, n in dropped.items())


def collection_sentences(fronts: Sequence[str]) -> list[str]:
    """What is known of how votes came about; of votes from elsewhere nothing is claimed.

    Args:
        fronts: where votes were given, as `AnnotationRound.Front` names it.
    """
    ours = [front for front in fronts if front in {"page", "simulated"}]
    sentences = []
    if ours:
        where = "" if len(ours) == len(fronts) else "On the built-in page "
        who = "Annotators" if not where else "annotators"
        sentences.append(f"{where}{who} saw one text at a time and not each other's answers.")
    if "label_studio" in fronts:
        sentences.append(
            "Votes were given in Label Studio, whose community edition does not keep whoever logs "
            "in from opening the answers of others."
        )
    if "votes" in fronts:
        sentences.append(
            "Votes were imported; how they were collected is not recorded here: say it, and cite "
            "where they come from."
        )
    return sentences


def _collected(facts: CardFacts) -> list[str]:
    return [" ".join(said)] if (said := collection_sentences(facts.fronts)) else []


def _number(value: float | None) -> str:
    return "undefined" if value is None else f"{value:.3f}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
