"""The expected score of a classifier trained on what a policy keeps, for the explorer.

Embeds texts, so it belongs into a job or a command; the page reads the stored result.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from django.conf import settings
from django.utils import timezone

from curation import frames
from curation.agreement import agreement_share, vote_counts
from curation.agreement.posterior import AgreementPosterior, fit_agreement
from curation.datasets.dealing import same_texts
from curation.duplicates import normalised
from curation.embeddings import embed
from curation.errors import BadInput, NothingToDo
from curation.explorer.curves import POSTERIOR, RAW, ScoreCurves
from curation.explorer.heads import Singles
from curation.explorer.pool import Pool, TestSet, TooFewExamples
from curation.explorer.scoring import SEEDS, measure
from curation.explorer.selections import Codes, Floats, random_rows, tickets
from curation.models import Example, Project
from curation.progress import Progress, silent
from curation.services.agreement import JudgedProject, judge
from curation.services.exploring.evidence import votes_mark
from curation.services.training_rows import normal_test_texts

# rows of the pool times labels, the rows by chance: some minutes of one core
MOST_CELLS = 40_000
MOST_TEST_ROWS = 20_000  # by chance too
FEWEST_TEST_ROWS = 20  # a smaller test set tells less than cross-fitting does
MOST_SEEDS = 50


def score_curves(
    project: Project,
    *,
    aggregator: str = "majority",
    seeds: int = SEEDS,
    progress: Progress = silent,
) -> ScoreCurves:
    """Expected scores over thresholds, with a recommendation; see `curation.explorer.scoring`.

    Scored on the gold labels of the project's test texts where it has 20 or more, else on its
    judged texts, each by classifiers that were not trained on it, with their aggregated label
    for gold. Judged texts that equal a test text but for case, spacing and punctuation are left
    out; without a test set those that equal each other are held out together. Texts are embedded
    once and cached under CONCORD_HOME. Of a large pool a random part is used: 20,000 examples with
    two labels, fewer with more.

    Args:
        seeds: in 1 to 50; see `measure`.
        progress: told texts embedded, then classifiers trained; may raise to stop.

    Raises:
        BadInput: no such aggregator, or a number of seeds out of range.
        NothingToDo: nobody has voted, or too few examples are judged to train on.
    """
    if not 1 <= seeds <= MOST_SEEDS:
        raise BadInput(f"Seeds are {seeds}, but they must be 1 to {MOST_SEEDS}.")
    mark, at = votes_mark(project), timezone.now()
    judged = judge(project, aggregator=aggregator)
    sources = _sources(project, judged)
    pool, test = _embedded(project, judged, sources, progress)
    started = time.perf_counter()
    try:
        found = measure(pool, test, seeds=seeds, progress=progress)
    except TooFewExamples as error:
        raise NothingToDo(str(error)) from error
    return ScoreCurves(
        aggregator=aggregator,
        votes_fingerprint=mark,
        measured_at=at.isoformat(timespec="seconds"),
        target=found.target,
        examples=len(pool.ids),
        scored_rows=found.scored_rows,
        train_rows=found.train_rows,
        seeds=seeds,
        label_names=tuple(judged.label_names),
        curves=found.curves,
        references=found.references,
        test_curve=found.test_curve,
        recommendation=found.recommendation,
        seconds=round(time.perf_counter() - started, 2),
        left_out=sources.left_out,
    )


@dataclass(frozen=True, kw_only=True)
class _Sources:
    """What is embedded."""

    rows: Codes  # places among the judged examples
    texts: list[str]  # of the rows
    left_out: int  # rows that a test text equals, in neither of the above
    tests: _Tests | None


@dataclass(frozen=True, kw_only=True)
class _Tests:
    """Test texts with gold."""

    ids: list[str]
    texts: list[str]
    gold: Codes
    agreement: Floats | None


def _sources(project: Project, judged: JudgedProject) -> _Sources:
    rows, tests = _chosen(judged), _tests(project, judged.label_names)
    texts = frames.texts_of(judged.example_keys[rows], project)
    taken = normal_test_texts(project) if tests else set()
    clean = [place for place, text in enumerate(texts) if normalised(text) not in taken]
    return _Sources(
        rows=rows[clean],
        texts=[texts[place] for place in clean],
        left_out=len(rows) - len(clean),
        tests=tests,
    )


def _chosen(judged: JudgedProject) -> Codes:
    lots = tickets(judged.judged.external_id, seed=0)
    most = MOST_CELLS // max(2, len(judged.label_names))
    return np.flatnonzero(random_rows(lots, size=most))


def _tests(project: Project, label_names: Sequence[str]) -> _Tests | None:
    """Test texts with a gold label; None where there are too few, or all have the same label."""
    rows = project.examples.filter(split=Example.Split.TEST, gold_label__isnull=False)
    columns = list(rows.values_list("pk", "external_id", "text", "gold_label__name"))
    lots = tickets([row[1] for row in columns], seed=0)
    keep = np.flatnonzero(random_rows(lots, size=MOST_TEST_ROWS))
    chosen = [columns[place] for place in keep.tolist()]
    gold = np.array([label_names.index(row[3]) for row in chosen], dtype=np.int64)
    if len(gold) < FEWEST_TEST_ROWS or len(np.unique(gold)) < 2:
        return None
    return _Tests(
        ids=[row[1] for row in chosen],
        texts=[row[2] for row in chosen],
        gold=gold,
        agreement=_test_agreement(project, [row[0] for row in chosen]),
    )


def _test_agreement(project: Project, keys: Sequence[int]) -> Floats | None:
    """a_i of test texts people judged too, NaN for the others; None where there is none."""
    found = frames.project_votes(project, split=Example.Split.TEST)
    if not found.votes.n_tasks:
        return None
    votes = found.votes
    counts = vote_counts(votes.task, votes.label, n_tasks=votes.n_tasks, n_labels=votes.n_labels)
    known = dict(zip(found.example_keys.tolist(), agreement_share(counts).tolist(), strict=True))
    return np.array([known.get(key, np.nan) for key in keys])


def _embedded(
    project: Project, judged: JudgedProject, sources: _Sources, progress: Progress
) -> tuple[Pool, TestSet | None]:
    rows, texts, tests = sources.rows, sources.texts, sources.tests

    def told(done: int, total: int, note: str = "") -> None:
        progress(done, total, "embedding texts")

    cache = Path(settings.CONCORD_HOME) / "embeddings" / "minilm"
    vectors = embed([*texts, *(tests.texts if tests else [])], cache=cache, progress=told)
    pool = _pool(judged, rows, vectors[: len(rows)])
    if tests is None:
        return replace(pool, group=same_texts(texts)), None
    return pool, TestSet(
        ids=tests.ids, vectors=vectors[len(rows) :], gold=tests.gold, agreement=tests.agreement
    )


def _pool(judged: JudgedProject, rows: Codes, vectors: Singles) -> Pool:
    counts = judged.counts[rows]
    posterior = fit_agreement(judged.counts)
    return Pool(
        ids=[judged.judged.external_id[row] for row in rows.tolist()],
        vectors=vectors,
        label=judged.judged.label[rows],
        shares=counts / counts.sum(axis=1, keepdims=True),
        agreement={RAW: judged.judged.agreement[rows], POSTERIOR: posterior.mean[rows]},
        reached={POSTERIOR: _likely_reached(posterior)[rows]},
        probability=judged.judged.probability[rows],
    )


def _likely_reached(posterior: AgreementPosterior) -> Floats:
    """(N,) the largest γ an example reaches with a probability of one half, as policies ask."""
    values = posterior.evidence.values
    middle = values[:, values.shape[1] // 2]  # that one and those above are half of them or more
    return np.asarray(middle[posterior.evidence.distinct.inverse])
