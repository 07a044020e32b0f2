"""Texts as batches, and what a model says about them. Loads torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from curation.embeddings.encoder import batches, has_bf16
from curation.quality.classes import normalised
from training.fitting.classifiers.trainer import ROWS
from training.fitting.config import FitConfig
from training.fitting.token_cache import Coded

BATCH_TOKENS = 2_048  # padded, on a processor: larger batches are no faster and take more memory
BATCH_TOKENS_CUDA = 65_536
CUDA_MULTIPLE = 8  # widths that tensor cores like
IDS = "ids"  # the key of a feature under which its tokens are


class Collator:
    """Features → a batch, padded to its longest text."""

    def __init__(self, pad_token: int) -> None:
        self._pad = pad_token
        self._multiple = CUDA_MULTIPLE if torch.cuda.is_available() else 1

    def __call__(self, features: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """B features with IDS and perhaps ROWS → (B, T) tokens and mask, (B,) places of rows."""
        lengths = np.array([len(feature[IDS]) for feature in features])
        width = -(-int(lengths.max()) // self._multiple) * self._multiple
        ids = np.full((len(features), width), self._pad, dtype=np.int64)
        for row, feature in enumerate(features):
            ids[row, : lengths[row]] = feature[IDS]
        mask = (np.arange(width) < lengths[:, None]).astype(np.int64)
        batch = {"input_ids": torch.from_numpy(ids), "attention_mask": torch.from_numpy(mask)}
        if ROWS in features[0]:
            batch[ROWS] = torch.tensor([feature[ROWS] for feature in features])
        return batch


def probabilities(
    model: Any, tokens: Sequence[Coded], collator: Collator, *, half: bool
) -> npt.NDArray[np.float64]:
    """Class probabilities of N texts, in their order: (N, K), rows sum to 1.

    Args:
        half: compute in bf16.
    """
    device = model.device
    most = BATCH_TOKENS_CUDA if device.type == "cuda" else BATCH_TOKENS
    was_training = model.training
    model.eval()
    logits = np.empty((len(tokens), model.config.num_labels))
    try:
        with torch.inference_mode(), torch.autocast(device.type, torch.bfloat16, enabled=half):
            for places in batches([len(one.ids) for one in tokens], most_tokens=most):
                batch = collator([{IDS: tokens[place].ids} for place in places])
                said = model(**{name: values.to(device) for name, values in batch.items()})
                logits[places] = said.logits.float().cpu().numpy()
    finally:
        model.train(was_training)
    return normalised(logits)


def computes_in_half(config: FitConfig) -> bool:
    """Whether the run computes in bf16; "auto" does where the device does without emulation."""
    if config.precision != "auto":
        return config.precision == "bf16"
    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return has_bf16()
