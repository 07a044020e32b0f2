import warnings

import numpy as np
import numpy.typing as npt
import pytest

from curation.explorer.heads import STRENGTH, Basis, predictions

Singles = npt.NDArray[np.float32]
Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]


def clouds(n_labels: int, *, n: int = 240, seed: int = 0) -> tuple[Singles, Codes]:
    """Overlapping clouds of unit vectors; the first label is the commonest."""
    rng = np.random.default_rng(seed)
    shares = np.arange(n_labels, 0, -1) / np.arange(1, n_labels + 1).sum()
    label = rng.choice(n_labels, size=n, p=shares)
    vectors = rng.normal(size=(n, 12)) + 1.5 * np.eye(12)[label]
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32), label


def sklearn_says(
    vectors: Singles, label: Codes, weights: Floats, scored: Singles
) -> Codes:  # fmt: skip
    from sklearn.linear_model import LogisticRegression

    head = LogisticRegression(C=STRENGTH, tol=1e-8, max_iter=5_000)
    used = weights > 0
    head.fit(vectors[used], label[used], sample_weight=weights[used])
    return np.asarray(head.predict(scored))


@pytest.mark.parametrize("n_labels", [2, 3, 5])
def test_heads_say_what_scikit_learn_says(n_labels: int) -> None:
    vectors, label = clouds(n_labels)
    scored, _ = clouds(n_labels, n=400, seed=1)
    rng = np.random.default_rng(2)
    weights = np.stack([
        np.ones(len(label)),
        (rng.random(len(label)) < 0.4).astype(float),
        rng.gamma(2, size=len(label)),
    ], axis=1)  # fmt: skip

    said = predictions(Basis.of(vectors), np.eye(n_labels)[label], weights, scored)

    for column, one in zip(weights.T, said, strict=True):
        expected = sklearn_says(vectors, label, column, scored)
        assert (one == expected).mean() >= 0.99


def test_soft_targets_are_rows_of_every_label_with_its_share_as_weight() -> None:
    vectors, label = clouds(3)
    scored, _ = clouds(3, n=400, seed=1)
    shares = 0.7 * np.eye(3)[label] + 0.1

    said = predictions(Basis.of(vectors), shares, np.ones((len(label), 1)), scored)[0]

    expected = sklearn_says(
        np.repeat(vectors, 3, axis=0), np.tile(np.arange(3), len(label)), shares.ravel(), scored
    )
    assert (said == expected).mean() >= 0.99


def test_rows_of_no_weight_are_left_out() -> None:
    vectors, label = clouds(2)
    keep = np.arange(len(label)) < 100
    scored, _ = clouds(2, n=400, seed=1)

    among = predictions(
        Basis.of(vectors), np.eye(2)[label], keep[:, None].astype(float), scored
    )  # fmt: skip
    alone = predictions(
        Basis.of(vectors[keep]), np.eye(2)[label[keep]], np.ones((100, 1)), scored
    )  # fmt: skip

    assert (among == alone).mean() >= 0.99


def test_a_label_without_rows_is_not_said() -> None:
    vectors, label = clouds(3)
    weights = (label != 2).astype(float)[:, None]

    said = predictions(Basis.of(vectors), np.eye(3)[label], weights, vectors)

    assert set(said[0].tolist()) == {0, 1}


def test_a_single_label_is_all_that_is_said() -> None:
    vectors, label = clouds(2)
    weights = (label == 1).astype(float)[:, None]

    assert predictions(Basis.of(vectors), np.eye(2)[label], weights, vectors)[0].all()


def test_equal_vectors_and_no_weight_at_all_do_no_harm() -> None:
    vectors = np.ones((4, 3), dtype=np.float32)
    targets = np.eye(2)[[0, 0, 0, 1]]
    weights = np.array([[1.0, 0.0]] * 4)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        said = predictions(Basis.of(vectors), targets, weights, vectors)

    assert said[0].tolist() == [0, 0, 0, 0]


def test_no_heads_say_nothing() -> None:
    vectors, label = clouds(2)

    said = predictions(Basis.of(vectors), np.eye(2)[label], np.empty((len(label), 0)), vectors)

    assert said.shape == (0, len(label))
