"""One set of real texts against random sets of its size, where the one is a random set itself.

No test should tell the two apart. The classifier is TF-IDF with a logistic regression, which has
no luck of its own: what differs between seeds is which texts were drawn.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from training.evaluation.paired import paired_test
from training.evaluation.scores import Codes

TRAIN, TEST, LEVEL = 2_000, 400, 0.05


@dataclass(frozen=True, kw_only=True)
class TextCase:
    """A task, how many of its texts a set has, and how many random sets there are."""

    task: str
    drawn: int
    seeds: int


def text_cases() -> Iterator[TextCase]:
    for task, drawn in (("sst2", 100), ("tweet_irony", 200), ("sarcasm_headlines", 300)):
        for seeds in (3, 5, 10):
            yield TextCase(task=task, drawn=drawn, seeds=seeds)


def claims_on_texts(data: Path, case: TextCase, *, tries: int) -> dict[str, float]:
    """Share of the tries in which the test claims a difference, with and without `one_draw`."""
    train, test = (
        _rows(data / "tasks" / case.task / f"{part}.jsonl") for part in ("train", "test")
    )
    rng = np.random.default_rng(0)
    train, test = _some(train, TRAIN, rng), _some(test, TEST, rng)
    labels = sorted({row["label"] for row in train})
    said = _fitted(train, test, labels)
    gold = np.array([labels.index(row["label"]) for row in test])
    claimed = {"ours": 0, "as if each seed had its own": 0}
    for _ in range(tries):
        drawn = [said(rng.permutation(len(train))[: case.drawn]) for _ in range(case.seeds + 1)]
        one, others = np.tile(drawn[0], (case.seeds, 1)), np.stack(drawn[1:])
        asked = partial(paired_test, gold, one, others, n_labels=len(labels))
        claimed["ours"] += asked(one_draw=True).p < LEVEL
        claimed["as if each seed had its own"] += asked().p < LEVEL
    return {name: times / tries for name, times in claimed.items()}


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _some(rows: list[Any], count: int, rng: np.random.Generator) -> list[Any]:
    return [rows[place] for place in rng.permutation(len(rows))[:count]]


def _fitted(train: list[Any], test: list[Any], labels: Sequence[str]) -> Any:
    """What a classifier fitted on these places of the training rows says of the test rows."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    terms = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    seen = terms.fit_transform([row["text"] for row in train])
    asked = terms.transform([row["text"] for row in test])
    codes = np.array([labels.index(row["label"]) for row in train])

    def said(places: Codes) -> Codes:
        fitted = LogisticRegression(C=10, max_iter=200).fit(seen[places], codes[places])
        return np.asarray(fitted.predict(asked))

    return said
