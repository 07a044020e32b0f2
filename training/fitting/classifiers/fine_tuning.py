"""One training of one encoder: its rows in order, its steps, its checkpoints. Loads torch."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from transformers import PrinterCallback, TrainingArguments

from training.fitting.batching import batched_by_length, shuffled_passes
from training.fitting.classifiers.base import Reporter, Workplace
from training.fitting.classifiers.checkpoints import Checkpoints, Stateful, step_of
from training.fitting.classifiers.encoders import Encoder, learning_rate_of
from training.fitting.classifiers.judging import IDS, Collator, computes_in_half, probabilities
from training.fitting.classifiers.steps import Steps
from training.fitting.classifiers.trainer import ROWS, RowLoss, RowTrainer
from training.fitting.classifiers.validating import Validation
from training.fitting.config import FitConfig
from training.fitting.dynamics import Recorder
from training.fitting.errors import BadConfig
from training.fitting.losses import is_plain, loss_of
from training.fitting.losses.objective import Objective
from training.fitting.rows import Row, label_codes
from training.fitting.token_cache import Coded

LOG_EVERY_CUDA = 10  # steps; reading a loss makes the card wait


class FineTuning:
    """An encoder on its way from its pretrained weights to a classifier."""

    def __init__(self, encoder: Encoder, config: FitConfig, workplace: Workplace) -> None:
        self.half = computes_in_half(config)
        self.learning_rate = learning_rate_of(config, encoder.model)
        self.n_cut = 0  # training texts that are longer than max_length
        self.recorder: Recorder | None = None
        self.resumed_at: int | None = None  # step
        self.loss: float | None = None  # mean over the last tenth of the steps
        self._encoder, self._config, self._workplace = encoder, config, workplace
        self._collator = Collator(encoder.tokenizer.pad_token_id)
        self._objective: Objective | None = None  # without one it is the plain cross-entropy
        self._validating: Validation | None = None

    def train(self, rows: Sequence[Row], validation: Sequence[Row], *, report: Reporter) -> None:
        """Train, from a checkpoint where there is one, and end with the best weights known.

        Raises:
            Diverged: the loss is no number any more.
        """
        config = self._config
        steps = Steps(report, steps=config.max_steps, learning_rate=self.learning_rate)
        self._objective = objective = None if is_plain(rows, config) else loss_of(config, rows)
        self.recorder = Recorder(config, rows) if config.dynamics else None
        self._validating = validating = self._validation(validation) if validation else None
        trainer = RowTrainer(
            loss=objective or _cross_entropy(rows, config),
            watcher=self.recorder,
            model=self._encoder.model,
            args=self._arguments(),
            data_collator=self._collator,
            train_dataset=self._in_order(rows),
            callbacks=[steps] if validating is None else [steps, validating],
        )
        trainer.remove_callback(PrinterCallback)
        resume = self._resumable(
            trainer, steps=steps, loss=objective, recorder=self.recorder, validation=validating
        )
        if not (validating and validating.stopped):
            trainer.train(resume_from_checkpoint=resume and str(resume))
        if validating:
            validating.restore_best(self._encoder.model)
        self.loss = steps.final_loss()

    def tokenise(self, rows: Sequence[Row]) -> list[Coded]:
        """Tokens of N rows, in their order."""
        return self._encoder.tokenise(
            [row.text for row in rows],
            max_length=self._config.max_length,
            cache=self._workplace.cache,
        )

    def judge(self, tokens: Sequence[Coded]) -> npt.NDArray[np.float64]:
        """(N, K) probabilities by the weights as they are now."""
        return probabilities(self._encoder.model, tokens, self._collator, half=self.half)

    def facts(self) -> dict[str, Any]:
        """What was decided on the way, for metrics.json."""
        facts: dict[str, Any] = {
            "precision": "bf16" if self.half else "fp32",
            "learning_rate": self.learning_rate,
        }
        if self._validating:
            facts |= self._validating.facts()
        summary = None if self._objective is None else self._objective.summary()
        if summary is not None:
            facts["weights"] = summary.as_json()
        return facts

    def _resumable(self, trainer: RowTrainer, **parts: Stateful | None) -> Path | None:
        """Have checkpoints of what takes part written; the one to go on from, if there is one."""
        if self._workplace.checkpoints is None:
            return None
        known = {name: part for name, part in parts.items() if part is not None}
        every = self._config.evaluate_every
        checkpoints = Checkpoints(self._workplace.checkpoints, known, every=every)
        trainer.add_callback(checkpoints)
        found = checkpoints.restore()
        self.resumed_at = None if found is None else step_of(found)
        return found

    def _validation(self, rows: Sequence[Row]) -> Validation:
        tokens, config = self.tokenise(rows), self._config
        return Validation(
            lambda: self.judge(tokens),
            label_codes(rows, config.labels),
            every=config.evaluate_every,
            patience=config.patience,
        )

    def _in_order(self, rows: Sequence[Row]) -> _InOrder:
        """What the steps consume, and no more: shuffled passes over the rows, by length."""
        config = self._config
        passes = shuffled_passes(len(rows), config.max_steps * config.batch_size, seed=config.seed)
        used, places = np.unique(passes, return_inverse=True)
        tokens = self.tokenise([rows[place] for place in used])
        self.n_cut = sum(one.cut for one in tokens)
        lengths = np.array([len(one.ids) for one in tokens])
        order = batched_by_length(lengths[places], batch_size=config.batch_size, seed=config.seed)
        features = [
            {IDS: one.ids, ROWS: place} for one, place in zip(tokens, used.tolist(), strict=True)
        ]
        return _InOrder(features, places[order])

    def _arguments(self) -> TrainingArguments:
        config, cuda = self._config, torch.cuda.is_available()
        arguments = TrainingArguments(
            output_dir=str(self._workplace.checkpoints or "."),
            max_steps=config.max_steps,
            per_device_train_batch_size=rows_per_process(config),
            learning_rate=self.learning_rate,
            warmup_steps=round(config.warmup * config.max_steps),
            weight_decay=config.weight_decay,
            optim="adamw_torch_fused",
            use_cpu=not cuda,  # else bf16 is refused
            bf16=self.half,
            train_sampling_strategy="sequential",  # the rows are in order already
            remove_unused_columns=False,  # the loss reads the places of rows
            seed=config.seed,
            data_seed=config.seed,
            logging_steps=LOG_EVERY_CUDA if cuda else 1,
            logging_nan_inf_filter=False,  # or a loss that is no number would look like the last
            save_strategy="no",  # `Checkpoints` says when
            save_total_limit=2,  # the older one holds until the newer is whole
            report_to=[],
            disable_tqdm=True,
            dataloader_pin_memory=False,
        )
        arguments._n_gpu = min(1, arguments.n_gpu)  # else it spreads batches over all cards it sees
        return arguments


class _InOrder(torch.utils.data.Dataset):
    """Features in the order given; one may come several times."""

    def __init__(self, features: Sequence[dict[str, Any]], order: npt.NDArray[np.int64]) -> None:
        self._features, self._order = features, order

    def __len__(self) -> int:
        return len(self._order)

    def __getitem__(self, place: int) -> dict[str, Any]:
        return self._features[self._order[place]]


def rows_per_process(config: FitConfig) -> int:
    """A step takes the same rows however many processes share it (`accelerate launch`)."""
    processes = int(os.environ.get("WORLD_SIZE", "1"))
    if config.batch_size % processes:
        raise BadConfig(
            f"batch_size is {config.batch_size}, which {processes} processes cannot share evenly."
        )
    return config.batch_size // processes


def _cross_entropy(rows: Sequence[Row], config: FitConfig) -> RowLoss:
    codes = torch.from_numpy(label_codes(rows, config.labels))

    def cross_entropy(logits: Any, places: Any) -> Any:
        return torch.nn.functional.cross_entropy(logits, codes.to(logits.device)[places])

    return cross_entropy
