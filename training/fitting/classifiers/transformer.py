"""Fine-tuning of a transformer encoder with `transformers.Trainer`. Loads torch."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer, set_seed

from training.fitting.classifiers.base import NOWHERE, Fitted, Judge, Reporter, Workplace
from training.fitting.classifiers.encoders import Encoder, load_encoder
from training.fitting.classifiers.fine_tuning import FineTuning
from training.fitting.classifiers.judging import Collator, computes_in_half, probabilities
from training.fitting.config import FitConfig
from training.fitting.environment import is_main_process
from training.fitting.errors import BadModel, first_line
from training.fitting.rows import Row

NOT_REPEATABLE = "does not have a deterministic implementation"  # as torch puts it


def fit(
    train: Sequence[Row],
    test: Sequence[Row],
    config: FitConfig,
    *,
    report: Reporter,
    model_folder: Path | None,
    validation: Sequence[Row] = (),
    workplace: Workplace = NOWHERE,
) -> Fitted:
    """Fine-tune for `config.max_steps` steps, then judge the test rows. See `Classifier`.

    With validation rows the weights are those of the best evaluation; see `Validation`.

    Raises:
        BadConfig: the model cannot be fine-tuned.
        BadDataset: a column that the loss reads is missing.
        Diverged: the loss is no number any more.
    """
    attempt = partial(
        _fit, train, test, config,
        report=report, model_folder=model_folder, validation=validation, workplace=workplace,
    )  # fmt: skip
    on_card = torch.cuda.is_available()
    _make_repeatable(config, strictly=on_card)
    try:
        return attempt()
    except RuntimeError as error:
        if not on_card or NOT_REPEATABLE not in str(error):
            raise
    _make_repeatable(config, strictly=False)  # one of the model's kernels adds in any order
    fitted = attempt()
    return replace(fitted, facts={**fitted.facts, "repeatable": False})


def _fit(
    train: Sequence[Row],
    test: Sequence[Row],
    config: FitConfig,
    *,
    report: Reporter,
    model_folder: Path | None,
    validation: Sequence[Row],
    workplace: Workplace,
) -> Fitted:
    started = time.perf_counter()
    encoder = load_encoder(config)
    tuning = FineTuning(encoder, config, workplace)
    testing = tuning.tokenise(test)
    loaded = time.perf_counter()
    tuning.train(train, validation, report=report)
    trained = time.perf_counter()
    probs = tuning.judge(testing)
    validated = tuning.judge(tuning.tokenise(validation)) if validation else None
    if model_folder is not None and is_main_process():
        encoder.model.save_pretrained(str(model_folder))
        encoder.tokenizer.save_pretrained(str(model_folder))
    seconds = {
        "load": loaded - started,
        "train": trained - loaded,
        "evaluate": time.perf_counter() - trained,
    }
    return Fitted(
        probs=probs,
        validation_probs=validated,
        loss=tuning.loss,
        cut={"train": tuning.n_cut, "test": sum(one.cut for one in testing)},
        seconds=seconds,
        facts=tuning.facts(),
        resumed_at=tuning.resumed_at,
        dynamics=tuning.recorder,
    )


def load(model_folder: Path, config: FitConfig) -> Judge:
    """A kept model, judging as the run judged its test rows. See `Loader`."""
    _make_repeatable(config, strictly=False)
    try:
        tokenizer = AutoTokenizer.from_pretrained(model_folder)
        model = AutoModelForSequenceClassification.from_pretrained(model_folder)
    except (OSError, ValueError) as error:
        raise BadModel(f"The kept model cannot be read: {first_line(error)}") from error
    if torch.cuda.is_available():
        model.to("cuda")
    encoder = Encoder(model=model, tokenizer=tokenizer, identity="")
    collator, half = Collator(tokenizer.pad_token_id), computes_in_half(config)

    def judge(texts: Sequence[str]) -> npt.NDArray[np.float64]:
        tokens = encoder.tokenise(texts, max_length=config.max_length, cache=None)
        return probabilities(model, tokens, collator, half=half)

    return judge


def _make_repeatable(config: FitConfig, *, strictly: bool) -> None:
    """
    Args:
        strictly: refuse kernels that add in any order; without it flash attention is one of them.
    """
    torch.set_num_threads(config.threads)
    torch.use_deterministic_algorithms(True, warn_only=not strictly)
    # It plans anew for each length of a batch, a third of a second each time.
    torch.backends.cuda.enable_cudnn_sdp(False)
    set_seed(config.seed)
