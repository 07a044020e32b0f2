"""One fit as the product fits, for hosts that have torch and transformers and little else.

    python -m benchmarks.training.ours RUN_DIR

Like `python -m training.fitting RUN_DIR`, without predictions.parquet (which needs pyarrow).
Writes RUN_DIR/metrics.json as `benchmarks.training.plain` does.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from benchmarks.training.plain import scores
from training.fitting import environment
from training.fitting.rows import label_codes, read_rows
from training.fitting.run_folder import RunFolder, write_json


def main() -> None:
    started = time.perf_counter()
    folder = RunFolder(Path(sys.argv[1]))
    config = folder.read_config()
    environment.prepare(config)
    train, test = (read_rows(path, config.labels) for path in (folder.train, folder.test))
    from training.fitting.classifiers import transformer
    from training.fitting.classifiers.base import Workplace

    imported = time.perf_counter()
    place = Workplace(cache=folder.cache, checkpoints=folder.checkpoints_of_inputs())
    fitted = transformer.fit(
        train, test, config, report=_silent, model_folder=None, workplace=place
    )
    folder.clear_checkpoints()
    seconds = {"import": imported - started, **fitted.seconds, "processor": time.process_time()}
    found = scores(fitted.probs.argmax(axis=1), label_codes(test, config.labels), seconds)
    write_json(folder.metrics, {**found, "loss": fitted.loss, **fitted.facts})


def _silent(step: int, steps: int, loss: float | None = None) -> None: ...


if __name__ == "__main__":
    main()
