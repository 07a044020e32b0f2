"""The model card: what a reader must know before using a kept model.

Written from the run's own files. No text of any row gets into it.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training.fitting.classifiers import STEPLESS
from training.fitting.config import FitConfig
from training.fitting.origin import Origin, read_origin
from training.fitting.run_folder import RunFolder, sha256, write_whole

NAME = "README.md"
BUNDLED = "sentence-transformers/all-MiniLM-L6-v2"  # what config.model = "minilm" is
LATER_FIELDS = ("loss", "class_weights", "weight_exponent", "weight_low", "weight_high")
FORM = "config.json"  # a model folder that transformers can load has one


@dataclass(frozen=True, kw_only=True)
class CardFacts:
    """All that the card says."""

    config: FitConfig
    origin: Origin
    train_labels: dict[str, int]  # label → training rows
    train_sha256: str
    test_sha256: str
    metrics: dict[str, Any]  # as in metrics.json
    interval: tuple[float, float]  # 95 % of macro-F1 over test rows
    environment: dict[str, Any]
    loads: bool  # with transformers; else with this application only


def write_card(folder: RunFolder) -> None:
    """Write the card into the model folder; call it when all outputs but the manifest are there."""
    write_whole(folder.model / NAME, model_card(_facts(folder)).encode())


def model_card(facts: CardFacts) -> str:
    """Markdown with a YAML head as the Hugging Face hub reads it."""
    paragraphs = [
        f"---\n{_head(facts)}---",
        f"# {_title(facts)}",
        *([facts.origin.question] if facts.origin.question else []),
        *_warnings(facts),
        f"## Training rows\n\n{_training(facts)}",
        f"## Scores\n\n{_scores(facts)}",
        _label_table(facts),
        f"## Calibration\n\n{_calibration(facts.metrics.get('calibration'))}",
        "## Limits\n\n" + "\n".join(f"- {limit}" for limit in _limits(facts)),
        f"## Use\n\n{_use(facts)}",
        f"## How it was fitted\n\n{_fit(facts)}",
    ]
    return "\n\n".join(paragraphs) + "\n"


def base_model(config: FitConfig) -> str | None:
    """The name others know the encoder by; None for a folder of one's own, or no encoder."""
    if config.classifier == "tfidf":
        return None
    if config.model == "minilm":
        return BUNDLED
    return None if Path(config.model).is_dir() else config.model


def _facts(folder: RunFolder) -> CardFacts:
    from training.evaluation.intervals import estimate
    from training.fitting.predictions import read_predictions
    from training.fitting.rows import read_rows

    config = folder.read_config()
    said = read_predictions(folder, config.labels)
    scores = estimate(said.gold, said.predicted[None], n_labels=len(config.labels))
    counts = Counter(row.label for row in read_rows(folder.train, config.labels))
    return CardFacts(
        config=config,
        origin=read_origin(folder),
        train_labels={label: counts[label] for label in config.labels},
        train_sha256=sha256(folder.train),
        test_sha256=sha256(folder.test),
        metrics=json.loads(folder.metrics.read_text(encoding="utf-8")),
        interval=(scores.macro_f1.low, scores.macro_f1.high),
        environment=json.loads(folder.environment.read_text(encoding="utf-8")),
        loads=(folder.model / FORM).exists(),
    )


def _title(facts: CardFacts) -> str:
    name = facts.origin.title or facts.origin.project or " or ".join(facts.config.labels)
    source = f", trained on {facts.origin.source}" if facts.origin.source else ""
    return f"{name}{source}"


def _head(facts: CardFacts) -> str:
    import yaml

    encoder = base_model(facts.config)
    metrics = [
        {"type": kind, "name": name, "value": round(facts.metrics[key], 4)}
        for kind, name, key in (
            ("f1", "Macro-F1", "macro_f1"),
            ("accuracy", "Accuracy", "accuracy"),
        )
    ]
    dataset = {"type": facts.origin.project or "unknown", "name": _title(facts), "split": "test"}
    task = {"type": "text-classification"}
    values = {
        **({"library_name": "transformers"} if facts.loads else {}),
        "pipeline_tag": "text-classification",
        **({"base_model": encoder} if encoder else {}),
        "metrics": ["f1", "accuracy"],
        "model-index": [
            {
                "name": _title(facts),
                "results": [{"task": task, "dataset": dataset, "metrics": metrics}],
            }
        ],
    }
    return str(yaml.safe_dump(values, sort_keys=False, allow_unicode=True))


def _warnings(facts: CardFacts) -> list[str]:
    found = []
    if facts.metrics.get("collapsed") is not None:
        found.append(
            f"> **Nearly all its predictions on the test set are {facts.metrics['collapsed']!r}.** "
            "It has not learned to tell the labels apart; do not use it."
        )
    if facts.origin.simulated:
        found.append(
            "> **The votes behind its training rows were given by a simulated crowd, not by "
            "people.** It shows how the tool works and says nothing about how people read."
        )
    return found


def _training(facts: CardFacts) -> str:
    origin = facts.origin
    source = f"source `{origin.source}`" if origin.source else "a source that was not recorded"
    project = f" of project `{origin.project}`" if origin.project else ""
    version = (
        f" Dataset version {origin.version}, fingerprint `{origin.dataset_fingerprint}`."
        if origin.version is not None
        else ""
    )
    return (
        f"{sum(facts.train_labels.values()):,} rows of {source}{project}.{version} "
        f"SHA-256 of the rows: `{facts.train_sha256}`."
    )


def _scores(facts: CardFacts) -> str:
    metrics, (low, high) = facts.metrics, facts.interval
    n = metrics["test_rows"]
    return (
        f"On {n:,} test rows{_gold(facts.origin)}: macro-F1 {metrics['macro_f1']:.3f} "
        f"(95 % interval {low:.3f} to {high:.3f}, by bootstrap over the test rows), accuracy "
        f"{metrics['accuracy']:.3f}. This is one run with seed {facts.config.seed}; another seed "
        f"gives other scores. SHA-256 of the test rows: `{facts.test_sha256}`."
    )


def _gold(origin: Origin) -> str:
    if origin.test_trusted is None or origin.test_crowd is None:
        return ""
    if not origin.test_crowd:
        return " with trusted labels"
    if not origin.test_trusted:
        return " with the labels that people gave them, none a trusted one"
    return f" ({origin.test_trusted:,} with trusted labels, {origin.test_crowd:,} with people's)"


def _label_table(facts: CardFacts) -> str:
    lines = [
        "| label | meaning | training rows | test rows | precision | recall | F1 |",
        "|---|---|---:|---:|---:|---:|---:|",
    ]
    for label, score in facts.metrics["labels"].items():
        cells = [
            _cell(label),
            _cell(facts.origin.label_meanings.get(label, "")),
            f"{facts.train_labels[label]:,}",
            f"{score['support']:,}",
            *(f"{score[name]:.3f}" for name in ("precision", "recall", "f1")),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _calibration(found: dict[str, Any] | None) -> str:
    if found is None:
        return "Not measured."
    ends = f"{found['low']:.3f} to {found['high']:.3f}"
    said = (
        f"Expected calibration error {found['ece']:.3f} (95 % interval {ends}; "
        f"{found['by_chance']:.3f} would be chance alone on {found['rows']:,} rows), "
        f"Brier score {found['brier']:.3f}. {_temperature(found.get('temperature'))}"
    )
    lines = ["| confidence | accuracy | test rows |", "|---:|---:|---:|"]
    lines += [
        f"| {one['confidence']:.3f} | {one['accuracy']:.3f} | {one['rows']:,} |"
        for one in found["curve"]
    ]
    return said + "\n\n" + "\n".join(lines)


def _temperature(found: dict[str, Any] | None) -> str:
    if found is None:
        return "No temperature was fitted, as the run had no validation rows."
    return (
        f"Divide the logits by {found['value']:.3f} (fitted on {found['rows']:,} validation rows) "
        f"and the error is {found['ece']:.3f} ({found['low']:.3f} to {found['high']:.3f})."
    )


def _limits(facts: CardFacts) -> list[str]:
    cut, config = facts.metrics.get("cut", {}), facts.config
    found = ["The scores hold for texts like the test rows; elsewhere it may do worse."]
    if facts.origin.source in {"synthetic", ""} or facts.origin.source.startswith("method:"):
        found.append("Texts it was trained on may have been written by a language model.")
    found += [
        f"It never says `{label}`: no training row has that label."
        for label, n in facts.train_labels.items()
        if not n
    ]
    if config.classifier not in STEPLESS:
        found.append(
            f"Texts are cut after {config.max_length} tokens; of the training rows "
            f"{cut.get('train', 0):,} were longer, of the test rows {cut.get('test', 0):,}."
        )
    found.append("Every text gets one of its labels, also a text to which none of them fits.")
    return found


def _use(facts: CardFacts) -> str:
    project, key = facts.origin.project or "PROJECT", facts.origin.run_key or "training:N"
    command = f"    python manage.py predict {project} texts.csv --run {key} --to predicted.csv\n"
    if not facts.loads:
        return f"It is no model of transformers; the application reads it:\n\n{command}"
    return (
        f"{command}\n```python\nfrom transformers import pipeline\n\n"
        'classify = pipeline("text-classification", model="FOLDER", top_k=None)\n'
        f'classify(["a text"], truncation=True, max_length={facts.config.max_length})\n```'
    )


def _fit(facts: CardFacts) -> str:
    config, packages = facts.config, facts.environment.get("packages", {})
    values = json.loads(config.as_text())
    values["model"] = base_model(config) or "an own folder"
    if config.classifier in STEPLESS:
        kept = ("classifier", "seed", *LATER_FIELDS)
        values = {name: value for name, value in values.items() if name in kept}
    values.pop("labels", None)
    settings = ", ".join(f"{name} {value}" for name, value in sorted(values.items()))
    versions = ", ".join(f"{name} {version}" for name, version in packages.items() if version)
    python = facts.environment.get("python", "?")
    return f"Settings: {settings}.\n\nVersions: Python {python}, {versions}."


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
