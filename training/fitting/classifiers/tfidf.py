"""Word and letter n-grams with a linear model: a baseline that fits in a second, without torch."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from training.fitting.classifiers.base import Fitted, Reporter
from training.fitting.config import FitConfig
from training.fitting.rows import Row, label_codes


def fit(
    train: Sequence[Row],
    test: Sequence[Row],
    config: FitConfig,
    *,
    report: Reporter,
    model_folder: Path | None,
) -> Fitted:
    """Fit TF-IDF and logistic regression, then judge the test rows. See `Classifier`.

    Steps, learning rate and threads of the config do not apply.
    """
    started = time.perf_counter()
    pipeline = _pipeline(config)
    pipeline.fit([row.text for row in train], label_codes(train, config.labels))
    report(config.max_steps, config.max_steps)
    fitted = time.perf_counter()
    probs = _probabilities(pipeline, [row.text for row in test], n_labels=len(config.labels))
    if model_folder is not None:
        _save(pipeline, model_folder)
    seconds = {"train": fitted - started, "evaluate": time.perf_counter() - fitted}
    return Fitted(probs=probs, seconds=seconds)


def _pipeline(config: FitConfig) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline, make_union

    return make_pipeline(
        make_union(
            TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
            TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True),
        ),
        LogisticRegression(C=10.0, max_iter=1000, random_state=config.seed),
    )


def _probabilities(
    pipeline: Any, texts: Sequence[str], *, n_labels: int
) -> npt.NDArray[np.float64]:
    """(N, K), with 0 for labels that no training row had."""
    probs = np.zeros((len(texts), n_labels))
    probs[:, pipeline.classes_] = pipeline.predict_proba(texts)
    return probs


def _save(pipeline: Any, folder: Path) -> None:
    import joblib  # type: ignore[import-untyped]

    folder.mkdir(parents=True, exist_ok=True)
    joblib.dump(pipeline, folder / "model.joblib")
