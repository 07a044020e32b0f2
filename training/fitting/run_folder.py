"""The files of a run and the promises about them: whole or absent, and the manifest last."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training.fitting.config import FitConfig
from training.fitting.errors import BadConfig


@dataclass(frozen=True)
class RunFolder:
    """Where the files of one run are."""

    path: Path

    @property
    def config(self) -> Path:
        return self.path / "config.json"

    @property
    def train(self) -> Path:
        return self.path / "dataset" / "train.jsonl"

    @property
    def test(self) -> Path:
        return self.path / "dataset" / "test.jsonl"

    @property
    def validation(self) -> Path:
        """Rows that decide when to stop; not every run has them."""
        return self.path / "dataset" / "validation.jsonl"

    @property
    def dynamics(self) -> Path:
        return self.path / "dynamics.parquet"

    @property
    def checkpoints(self) -> Path:
        """From which a fit that was killed goes on; gone when the run is finished."""
        return self.path / "checkpoints"

    @property
    def cache(self) -> Path:
        """Tokens and vectors by content, shared by the runs beside this one; may be deleted."""
        return self.path.parent / ".fit-cache"

    @property
    def progress(self) -> Path:
        return self.path / "progress.json"

    @property
    def log(self) -> Path:
        """What its process wrote on stderr."""
        return self.path / "stderr.log"

    @property
    def metrics(self) -> Path:
        return self.path / "metrics.json"

    @property
    def predictions(self) -> Path:
        return self.path / "predictions.parquet"

    @property
    def model(self) -> Path:
        return self.path / "model"

    @property
    def environment(self) -> Path:
        return self.path / "environment.json"

    @property
    def manifest(self) -> Path:
        return self.path / "manifest.json"

    def write_inputs(
        self, config: FitConfig, *, train: str, test: str, validation: str | None = None
    ) -> None:
        """Ask for a run: its config and its rows, each as `rows_as_text` writes them.

        Files that already say the same are left alone, so a finished run stays finished.
        """
        self.train.parent.mkdir(parents=True, exist_ok=True)
        if validation is None:
            self.validation.unlink(missing_ok=True)
        for path, text in (
            (self.train, train),
            (self.test, test),
            (self.validation, validation),
            (self.config, config.as_text()),
        ):
            if text is not None and (not path.exists() or path.read_text("utf-8") != text):
                write_whole(path, text.encode())

    def read_config(self) -> FitConfig:
        """What the run is asked to do.

        Raises:
            BadConfig: config.json is missing, no JSON, or impossible.
        """
        try:
            values = json.loads(self.config.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise BadConfig(f"{self.config} is not a readable JSON file: {error}.") from error
        if not isinstance(values, dict):
            raise BadConfig(f"{self.config} does not hold a JSON object.")
        config = FitConfig.from_json(values)
        if len(config.labels) < 2:
            raise BadConfig(f"{self.config} names {len(config.labels)} labels; a run needs 2.")
        return config

    def is_finished(self) -> bool:
        """True when the manifest is there and every file is as it says."""
        try:
            noted = json.loads(self.manifest.read_text(encoding="utf-8"))
            return bool(noted == self._observed(noted["files"]))
        except (OSError, ValueError, KeyError, TypeError):
            return False

    def finish(self) -> None:
        """Write the manifest: from here on the run is finished."""
        outputs = [path for path in (*self._written(), *self._model_files()) if path.exists()]
        names = [path.relative_to(self.path).as_posix() for path in outputs]
        write_json(self.manifest, self._observed(names))

    def clear_outputs(self) -> None:
        """Remove whatever an earlier attempt left; the inputs stay."""
        self.manifest.unlink(missing_ok=True)
        for path in (self.progress, *self._written()):
            path.unlink(missing_ok=True)
        shutil.rmtree(self.model, ignore_errors=True)
        for leftover in self.path.rglob("*.part"):
            leftover.unlink(missing_ok=True)

    def checkpoints_of_inputs(self) -> Path:
        """The folder of checkpoints of exactly these inputs; those of others are removed."""
        place = self.checkpoints / self._inputs_digest()
        for other in self.checkpoints.glob("*"):
            if other != place:
                shutil.rmtree(other, ignore_errors=True)
        return place

    def clear_checkpoints(self) -> None:
        shutil.rmtree(self.checkpoints, ignore_errors=True)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Wait until no other process fits this folder; the kernel frees it if its owner dies."""
        with (self.path / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _written(self) -> tuple[Path, ...]:
        return self.metrics, self.predictions, self.dynamics, self.environment

    def _model_files(self) -> list[Path]:
        return sorted(path for path in self.model.rglob("*") if path.is_file())

    def _inputs(self) -> dict[str, str]:
        paths = {"config": self.config, "train": self.train, "test": self.test}
        if self.validation.exists():
            paths["validation"] = self.validation
        return {name: sha256(path) for name, path in paths.items()}

    def _inputs_digest(self) -> str:
        return hashlib.sha256(json.dumps(self._inputs()).encode()).hexdigest()[:16]

    def _observed(self, outputs: Iterable[str]) -> dict[str, Any]:
        inputs = self._inputs()
        return {**inputs, "files": {name: sha256(self.path / name) for name in sorted(outputs)}}


def fingerprint_of(
    config: FitConfig, *, train: str, test: str, validation: str | None = None
) -> str:
    """SHA-256 over what decides a run's scores: config, training, test and validation rows."""
    digest = hashlib.sha256()
    for part in (config.as_text(), train, test, *(() if validation is None else (validation,))):
        digest.update(hashlib.sha256(part.encode()).digest())
    return digest.hexdigest()


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_json(path: Path, values: dict[str, Any]) -> None:
    write_whole(path, (json.dumps(values, indent=1, ensure_ascii=False) + "\n").encode())


def write_whole(path: Path, content: bytes) -> None:
    """Replace `path` at once: a reader sees the old content or the new, never half of it."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    with part.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
