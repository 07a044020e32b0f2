"""Words of the training pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from curation.reporting import wording
from training.fitting.config import FitConfig
from training.models import Study, TrainingRun

RUN_STATES: dict[str, str] = {
    TrainingRun.Status.READY: "waiting",
    TrainingRun.Status.RUNNING: "running",
    TrainingRun.Status.SUCCESSFUL: "done",
    TrainingRun.Status.FAILED: "failed",
    TrainingRun.Status.CANCELLED: "cancelled",
}
STUDY_STATES: dict[str, str] = {
    Study.Status.READY: "not started",
    Study.Status.RUNNING: "running",
    Study.Status.SUCCESSFUL: "finished",
    Study.Status.FAILED: "failed",
    Study.Status.CANCELLED: "stopped",
}
CLASSIFIERS = {
    "transformer": "Fine-tuned encoder",
    "probe": "Frozen embeddings, linear head",
    "tfidf": "Word counts, linear (tf-idf)",
}
LOSSES = {
    "cross_entropy": "Cross-entropy",
    "soft": "Soft labels: the shares of the votes",
    "agreement": "Rows weighted by agreement",
    "imp": "IMP: weighted by quality and diversity",
    "dimp": "DIMP: weighted by quality, against the student itself",
}
OWN_WORDS = {
    "judged": "Judged, all",
    "real+synthetic": "Real and synthetic together",
}
UNTOLD = {"labels", "seed"}  # of a config: told elsewhere on the page


def source_title(source: str) -> str:
    """A training source as a heading; one that is no source stands as it is.

    >>> source_title("version:2"), source_title("real@100"), source_title("judged")
    ('Version 2', '100 of the real training texts', 'Judged, all')
    """
    return OWN_WORDS.get(source) or wording.source_title(source)


def classifier_title(config: Mapping[str, Any]) -> str:
    """The classifier of a config with its encoder, where it has one.

    >>> classifier_title({"classifier": "tfidf"}), classifier_title({})
    ('Word counts, linear (tf-idf)', 'Fine-tuned encoder, minilm')
    """
    default = FitConfig()
    name = str(config.get("classifier", default.classifier))
    title = CLASSIFIERS.get(name, name)
    return f"{title}, {config.get('model', default.model)}" if name == "transformer" else title


def config_rows(config: Mapping[str, Any]) -> list[tuple[str, str, bool]]:
    """Name, value, and whether it differs from the default, in the order of FitConfig.

    >>> config_rows({"max_steps": 20})[3]
    ('max_steps', '20', True)
    """
    rows = []
    for one in fields(FitConfig):
        if one.name not in UNTOLD:
            value = config.get(one.name, one.default)
            rows.append((one.name, _value(value), value != one.default))
    return rows


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value == "":
        return "none"
    return f"{value:g}" if isinstance(value, float) else str(value)
