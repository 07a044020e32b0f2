"""What a run is asked to do."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from training.fitting.classifiers import CLASSIFIERS
from training.fitting.errors import BadConfig

PRECISIONS = ("fp32", "bf16", "auto")
LOSSES = ("cross_entropy", "soft", "agreement", "imp", "dimp")
LOSSES_ALONE = LOSSES[:3]  # those that need no checker
CLASS_WEIGHTS = ("", "balanced")


@dataclass(frozen=True, kw_only=True)
class FitConfig:
    """One fit: which classifier, on which labels, for how long.

    The defaults were measured with two labels and 100 to 3,000 short texts, balanced and not:
    they learn in some 35 seconds on one core. `python -m benchmarks.training` measures others.
    """

    labels: tuple[str, ...] = ()  # K ≥ 2 codes; a label's place is its code in arrays
    classifier: str = "transformer"  # a key of CLASSIFIERS
    model: str = "minilm"  # the bundled encoder, a local folder, or a hub name with `hub`
    hub: bool = False  # True: weights may be downloaded
    seed: int = 0
    max_steps: int = 96  # optimisation steps, the same for every source
    batch_size: int = 16  # rows per step
    learning_rate: float = 2e-4  # peak; rises in warm-up, then falls to 0; 0: by encoder size
    warmup: float = 0.1  # share of the steps, in [0, 1)
    weight_decay: float = 0.01
    max_length: int = 64  # tokens; longer texts are cut, and counted in metrics.json
    freeze_embeddings: bool = True  # token vectors stay as pretrained: a fifth faster, 100 MB less
    threads: int = 1  # fixed, because sums depend on how they are split
    precision: str = "fp32"  # bf16 halves the time; "auto": bf16 where the device computes in it
    save_model: bool = False  # weights take about 90 MB per run
    # Fields below came later: at their defaults they are left out of config.json, so that runs
    # from before keep their fingerprints.
    loss: str = "cross_entropy"  # one of LOSSES; the others read columns of the training rows
    class_weights: str = ""  # "balanced": each label weighs N / (K · its rows)
    weight_exponent: float = 1.0  # γ of IMP and DIMP, ≥ 0; 0 is cross-entropy
    weight_low: float = 0.0  # weights are clipped into [low, high]; 0 and 0: not clipped
    weight_high: float = 0.0
    weight_normalise: bool = False  # weights of a batch are divided by their mean
    patience: int = 0  # evaluations without a gain on validation.jsonl before it stops; 0: never
    evaluate_every: int = 0  # steps between evaluations and checkpoints; 0: at the end only
    dynamics: bool = False  # write dynamics.parquet: p(given label) of each training row over time
    unseen_labels: bool = False  # test rows may have labels that no training row has

    def __post_init__(self) -> None:
        for wrong, sentence in self._rules():
            if wrong:
                raise BadConfig(sentence)

    def _rules(self) -> list[tuple[bool, str]]:
        known, precisions = ", ".join(CLASSIFIERS), " or ".join(PRECISIONS)
        return [
            (len(set(self.labels)) != len(self.labels), "Labels must differ from each other."),
            (
                self.classifier not in CLASSIFIERS,
                f"There is no classifier {self.classifier!r}; there are {known}.",
            ),
            (
                self.precision not in PRECISIONS,
                f"Precision {self.precision!r} is not known; use {precisions}.",
            ),
            (self.max_steps < 1, f"max_steps is {self.max_steps}; use 1 or more."),
            (self.batch_size < 1, f"batch_size is {self.batch_size}; use 1 or more."),
            (self.threads < 1, f"threads is {self.threads}; use 1 or more."),
            (self.max_length < 8, f"max_length is {self.max_length}; use 8 tokens or more."),
            (self.learning_rate < 0, f"learning_rate is {self.learning_rate}; use 0 or more."),
            (not 0 <= self.warmup < 1, f"warmup is {self.warmup}; use a share in [0, 1)."),
            *self._later_rules(),
        ]

    def _later_rules(self) -> list[tuple[bool, str]]:
        losses = ", ".join(LOSSES)
        clip = (self.weight_low, self.weight_high)
        return [
            (self.loss not in LOSSES, f"There is no loss {self.loss!r}; there are {losses}."),
            (
                self.class_weights not in CLASS_WEIGHTS,
                f'class_weights is {self.class_weights!r}; use "balanced" or leave it out.',
            ),
            (self.weight_exponent < 0, "weight_exponent is negative; use 0 or more."),
            (
                clip != (0, 0) and not 0 <= clip[0] < clip[1],
                f"Weights cannot be clipped into [{clip[0]}, {clip[1]}]; use 0 ≤ low < high.",
            ),
            (self.patience < 0, f"patience is {self.patience}; use 0 or more."),
            (self.evaluate_every < 0, f"evaluate_every is {self.evaluate_every}; use 0 or more."),
            (
                self.patience > 0 and self.evaluate_every == 0,
                "patience counts evaluations; set evaluate_every to a number of steps.",
            ),
        ]

    def as_json(self) -> dict[str, Any]:
        """Plain values under the field names; `from_json` takes them back."""
        return {**asdict(self), "labels": list(self.labels)}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> FitConfig:
        """A config from plain values; fields left out keep their defaults.

        Raises:
            BadConfig: an unknown field, a value of the wrong type, or an impossible value.

        >>> FitConfig.from_json({"labels": ["joke", "news"], "seed": 7}).seed
        7
        """
        defaults = {field.name: field.default for field in fields(cls)}
        for name, value in values.items():
            if name not in defaults:
                raise BadConfig(f"config.json has a field {name!r}, which no run knows.")
            if not _fits(value, defaults[name]):
                raise BadConfig(f"config.json says {name}={value!r}, which has the wrong type.")
        return cls(**{**values, "labels": tuple(values.get("labels", ()))})

    def as_text(self) -> str:
        """The content of config.json: the same config gives the same bytes."""
        later = {field.name: field.default for field in fields(self)[LATER:]}
        values = {
            name: value
            for name, value in self.as_json().items()
            if name not in later or value != later[name]
        }
        return json.dumps(values, sort_keys=True, ensure_ascii=False, indent=1) + "\n"


LATER = [field.name for field in fields(FitConfig)].index("loss")  # the first field added later


def _fits(value: Any, default: Any) -> bool:
    if isinstance(default, tuple):
        return isinstance(value, list | tuple) and all(isinstance(name, str) for name in value)
    if isinstance(default, bool) or isinstance(value, bool):
        return isinstance(value, bool) and isinstance(default, bool)
    if isinstance(default, float):
        return isinstance(value, int | float)
    return isinstance(value, type(default))
