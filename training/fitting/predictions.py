"""What a run said about each test row, written and read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from training.fitting.rows import Row
from training.fitting.run_folder import RunFolder, write_whole

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Predictions:
    """Test rows in the order of the run's test.jsonl."""

    ids: list[str]  # N
    gold: Codes  # (N,) int in [0, K)
    predicted: Codes  # (N,) int in [0, K)
    probs: Floats  # (N, K), rows sum to 1
    agreement: Floats  # (N,) in (0, 1], NaN where the row carries none


def write_predictions(
    folder: RunFolder, rows: Sequence[Row], probs: Floats, labels: Sequence[str]
) -> None:
    """Write predictions.parquet: id, gold, predicted, agreement, and `p_<label>` per label.

    Args:
        rows: N test rows.
        probs: (N, K), in the order of the rows.
        labels: K names.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = {
        "id": [row.id for row in rows],
        "gold": [row.label for row in rows],
        "predicted": [labels[code] for code in probs.argmax(axis=1)],
        "agreement": pa.array([row.agreement for row in rows], pa.float64()),
        **{f"p_{label}": probs[:, code] for code, label in enumerate(labels)},
    }
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(columns), sink)
    write_whole(folder.predictions, bytes(sink.getvalue()))


def read_predictions(folder: RunFolder, labels: Sequence[str]) -> Predictions:
    """What `write_predictions` wrote.

    Raises:
        OSError: the file has gone.
    """
    import pyarrow.parquet as pq

    columns = pq.read_table(folder.predictions).to_pydict()
    place = {label: code for code, label in enumerate(labels)}
    return Predictions(
        ids=columns["id"],
        gold=np.array([place[label] for label in columns["gold"]], dtype=np.int64),
        predicted=np.array([place[label] for label in columns["predicted"]], dtype=np.int64),
        probs=np.column_stack([columns[f"p_{label}"] for label in labels]),
        agreement=np.array(columns["agreement"], dtype=np.float64),
    )
