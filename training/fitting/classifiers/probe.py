"""Frozen sentence vectors and a linear head: fits in a second once texts are embedded.

Vectors are those of `curation.embeddings`, cached by content beside the run, so torch is loaded
for texts that no run has embedded before. The head is that of the explorer's curves; nothing in it
is drawn by chance, so seeds give the same classifier.

    head.npz    slopes (384, J) and intercepts (J,); J is 1 for two labels, else K
"""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from curation.embeddings import Encoder, embed
from curation.explorer.heads import Head, fit_head
from training.fitting.classifiers.base import NOWHERE, Fitted, Judge, Reporter, Workplace
from training.fitting.config import FitConfig
from training.fitting.errors import BadConfig, BadModel
from training.fitting.losses import is_plain
from training.fitting.losses.codes import weighted_codes
from training.fitting.rows import Row, label_codes
from training.fitting.run_folder import write_whole

HEAD, VECTORS = "head.npz", "vectors"  # file names
BUNDLED = "minilm"

Singles = npt.NDArray[np.float32]
Floats = npt.NDArray[np.float64]


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
    """Embed, fit the head, judge the test rows. See `Classifier`.

    Steps, learning rate, precision and max_length do not apply: texts are cut after 256 tokens, as
    all sentence vectors are. Validation rows are judged only.

    Raises:
        BadConfig: another encoder than the bundled one, or a loss that cannot be had here.
        BadDataset: a column that the loss reads is missing.
    """
    if config.model != BUNDLED:
        raise BadConfig(
            f'Classifier "probe" knows the encoder "{BUNDLED}" only, not {config.model!r}; '
            'fine-tune that one with classifier "transformer".'
        )
    started = time.perf_counter()
    vectors = _vectors([*train, *test, *validation], config, workplace)
    embedded = time.perf_counter()
    pull = _pull(train, config)
    head = fit_head(vectors[: len(train)], pull.shares, pull.weights)
    report(config.max_steps, config.max_steps)
    fitted = time.perf_counter()
    n_judged = len(train) + len(test)
    probs = head.probabilities(vectors[len(train) : n_judged])
    validated = head.probabilities(vectors[n_judged:]) if validation else None
    if model_folder is not None:
        _save(head, model_folder)
    seconds = {
        "embed": embedded - started,
        "train": fitted - embedded,
        "evaluate": time.perf_counter() - fitted,
    }
    return Fitted(probs=probs, validation_probs=validated, seconds=seconds, facts=pull.facts)


def load(model_folder: Path, config: FitConfig) -> Judge:
    """A kept head. See `Loader`."""
    try:
        with np.load(model_folder / HEAD, allow_pickle=False) as stored:
            head = Head(slopes=stored["slopes"], intercepts=stored["intercepts"])
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise BadModel(f"The kept model cannot be read: {error}") from error

    def judge(texts: Sequence[str]) -> Floats:
        return head.probabilities(embed(texts))

    return judge


def _vectors(rows: Sequence[Row], config: FitConfig, workplace: Workplace) -> Singles:
    cache = workplace.cache and workplace.cache / VECTORS
    return embed([row.text for row in rows], cache=cache, encoder=_OnDemand(config.threads))


class _OnDemand:
    """The encoder, loaded when there is a text that the cache does not know."""

    def __init__(self, threads: int) -> None:
        self._threads = threads

    def encode(self, texts: Sequence[str]) -> Iterator[tuple[npt.NDArray[np.int64], Singles]]:
        """See `Encoder`."""
        return Encoder(threads=self._threads).encode(texts)


@dataclass(frozen=True, kw_only=True)
class _Pull:
    """What N rows pull towards, and how strongly."""

    shares: Floats  # (N, K), rows sum to 1
    weights: Floats  # (N,) ≥ 0
    facts: Mapping[str, Any] = field(default_factory=dict)


def _pull(rows: Sequence[Row], config: FitConfig) -> _Pull:
    if is_plain(rows, config):
        shares = np.eye(len(config.labels))[label_codes(rows, config.labels)]
        return _Pull(shares=shares, weights=np.ones(len(rows)))
    found = weighted_codes(rows, config)
    weights = found.cells.sum(axis=1)
    shares = np.full_like(found.cells, 1 / len(config.labels))  # of rows that weigh nothing
    np.divide(found.cells, weights[:, None], out=shares, where=weights[:, None] > 0)
    return _Pull(shares=shares, weights=weights, facts={"weights": found.summary.as_json()})


def _save(head: Head, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    content = io.BytesIO()
    np.savez(content, slopes=head.slopes, intercepts=head.intercepts)
    write_whole(folder / HEAD, content.getvalue())
