"""Word and letter n-grams with a linear model: a baseline that fits in a second, without torch.

A kept model is numbers and strings only, so reading one never runs anything:

    vocabulary.json    [words, letters]: the n-grams in the order of their weights
    weights.npz        idf of both, coefficients, intercept, codes of the labels it has seen
"""

from __future__ import annotations

import io
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from training.fitting.classifiers.base import NOWHERE, Fitted, Judge, Reporter, Workplace
from training.fitting.config import FitConfig
from training.fitting.errors import BadModel
from training.fitting.losses import is_plain
from training.fitting.losses.codes import weighted_codes
from training.fitting.rows import Row, label_codes
from training.fitting.run_folder import write_whole

VOCABULARY, WEIGHTS = "vocabulary.json", "weights.npz"
WORDS: dict[str, Any] = {"ngram_range": (1, 2), "sublinear_tf": True}
LETTERS: dict[str, Any] = {"analyzer": "char_wb", "ngram_range": (2, 4), "sublinear_tf": True}


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
    """Fit TF-IDF and logistic regression, then judge the test rows. See `Classifier`.

    Steps, learning rate and threads of the config do not apply; validation rows are judged only.

    Raises:
        BadConfig, BadDataset: the loss cannot be had here; see `weighted_codes`.
    """
    started = time.perf_counter()
    pipeline = _pipeline(config)
    facts = _fit(pipeline, train, config)
    report(config.max_steps, config.max_steps)
    fitted = time.perf_counter()
    n_labels = len(config.labels)
    probs = _probabilities(pipeline, [row.text for row in test], n_labels=n_labels)
    validated = None
    if validation:
        texts = [row.text for row in validation]
        validated = _probabilities(pipeline, texts, n_labels=n_labels)
    if model_folder is not None:
        _save(pipeline, model_folder)
    seconds = {"train": fitted - started, "evaluate": time.perf_counter() - fitted}
    return Fitted(probs=probs, validation_probs=validated, seconds=seconds, facts=facts)


def load(model_folder: Path, config: FitConfig) -> Judge:
    """A kept model. See `Loader`."""
    try:
        terms = json.loads((model_folder / VOCABULARY).read_text(encoding="utf-8"))
        with np.load(model_folder / WEIGHTS, allow_pickle=False) as stored:
            weights = {name: stored[name] for name in stored.files}
        pipeline = _restored(config, terms, weights)
    except (OSError, ValueError, KeyError) as error:
        raise BadModel(f"The kept model cannot be read: {error}") from error

    def judge(texts: Sequence[str]) -> npt.NDArray[np.float64]:
        return _probabilities(pipeline, texts, n_labels=len(config.labels))

    return judge


def _fit(pipeline: Any, train: Sequence[Row], config: FitConfig) -> dict[str, Any]:
    """Fit in place; the facts about its weights."""
    texts = [row.text for row in train]
    if is_plain(train, config):
        pipeline.fit(texts, label_codes(train, config.labels))
        return {}
    found = weighted_codes(train, config)
    terms = pipeline[0].fit_transform(texts)  # a soft row comes once here, and per label below
    pipeline[-1].fit(terms[found.places], found.codes, sample_weight=found.weights)
    return {"weights": found.summary.as_json()}


def _pipeline(config: FitConfig) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer

    return _joined(config, TfidfVectorizer(**WORDS), TfidfVectorizer(**LETTERS))


def _joined(config: FitConfig, words: Any, letters: Any) -> Any:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline, make_union

    linear = LogisticRegression(C=10.0, max_iter=1000, random_state=config.seed)
    return make_pipeline(make_union(words, letters), linear)


def _restored(config: FitConfig, terms: list[list[str]], weights: dict[str, Any]) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer

    parts = []
    for form, vocabulary, idf in zip((WORDS, LETTERS), terms, ("words", "letters"), strict=True):
        part = TfidfVectorizer(vocabulary=vocabulary, **form)
        part.idf_ = weights[idf]
        parts.append(part)
    pipeline = _joined(config, *parts)
    linear = pipeline[-1]
    linear.coef_, linear.intercept_ = weights["coefficients"], weights["intercept"]
    linear.classes_ = weights["codes"]
    return pipeline


def _probabilities(
    pipeline: Any, texts: Sequence[str], *, n_labels: int
) -> npt.NDArray[np.float64]:
    """(N, K), with 0 for labels that no training row had."""
    probs = np.zeros((len(texts), n_labels))
    probs[:, pipeline.classes_] = pipeline.predict_proba(texts)
    return probs


def _save(pipeline: Any, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    words, letters = (part for _, part in pipeline[0].transformer_list)
    terms = [part.get_feature_names_out().tolist() for part in (words, letters)]
    write_whole(folder / VOCABULARY, json.dumps(terms, ensure_ascii=False).encode())
    content = io.BytesIO()
    np.savez(
        content,
        words=words.idf_,
        letters=letters.idf_,
        coefficients=pipeline[-1].coef_,
        intercept=pipeline[-1].intercept_,
        codes=pipeline[-1].classes_,
    )
    write_whole(folder / WEIGHTS, content.getvalue())
