"""What a study will take, before it starts.

A run's time is its fixed part (imports, loading) + training (per optimisation step for fine-tuned
encoders, per training row for the others) + judging (per test row). The three rates are medians
over finished runs of the same kind on this machine; before there are any, they are those of
`guessed`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from training.fitting.config import FitConfig

BUNDLED = "minilm"
STEPPED = "transformer"  # its training time follows optimisation steps, not rows
PROCESS_SECONDS = 1.0  # to start one and to notice its end


@dataclass(frozen=True, kw_only=True)
class Kind:
    """Runs that take about as long as each other for the same work."""

    classifier: str
    model: str
    precision: str
    batch_size: int
    max_length: int
    threads: int

    @classmethod
    def of(cls, config: FitConfig) -> Kind:
        return cls(
            classifier=config.classifier,
            model=config.model if config.classifier != "tfidf" else "",
            precision=config.precision,
            batch_size=config.batch_size,
            max_length=config.max_length,
            threads=config.threads,
        )


@dataclass(frozen=True, kw_only=True)
class Finished:
    """What one finished run took."""

    kind: Kind
    steps: int  # optimisation steps
    train_rows: int
    test_rows: int
    seconds: Mapping[str, float] = field(default_factory=dict)  # "all", "train", "evaluate"
    memory_mib: float  # peak


@dataclass(frozen=True, kw_only=True)
class Rates:
    """How long runs of one kind take, and how much memory."""

    fixed: float  # seconds
    per_unit: float  # seconds per optimisation step, or per training row
    per_test_row: float  # seconds
    memory_gb: float  # of one process
    runs: int  # finished runs that this is from; 0: guessed

    def seconds(self, config: FitConfig, *, train_rows: int, test_rows: int) -> float:
        """Expected seconds of one run; early stopping may end it sooner.

        >>> rates = Rates(fixed=5, per_unit=0.5, per_test_row=0.01, memory_gb=1, runs=3)
        >>> rates.seconds(FitConfig(max_steps=96), train_rows=400, test_rows=100)
        55.0
        """
        units = config.max_steps if config.classifier == STEPPED else train_rows
        return PROCESS_SECONDS + self.fixed + units * self.per_unit + test_rows * self.per_test_row


def measured(kind: Kind, runs: Sequence[Finished]) -> Rates | None:
    """Rates from finished runs of that kind; None without any.

    >>> kind = Kind.of(FitConfig(classifier="tfidf"))
    >>> took = {"all": 5.0, "train": 2.0, "evaluate": 1.0}
    >>> run = Finished(
    ...     kind=kind, steps=96, train_rows=200, test_rows=100, seconds=took, memory_mib=512
    ... )
    >>> measured(kind, [run])
    Rates(fixed=2.0, per_unit=0.01, per_test_row=0.01, memory_gb=0.5, runs=1)
    """
    alike = [run for run in runs if run.kind == kind]
    if not alike:
        return None
    return Rates(
        fixed=median(max(_phase(run, "all") - _working(run), 0.0) for run in alike),
        per_unit=median(_phase(run, "train") / max(_units(run), 1) for run in alike),
        per_test_row=median(_phase(run, "evaluate") / max(run.test_rows, 1) for run in alike),
        memory_gb=max(run.memory_mib for run in alike) / 1024,
        runs=len(alike),
    )


def guessed(kind: Kind) -> Rates:
    """Rates before anything of that kind has finished: one slow core, the bundled encoder.

    MiniLM took 35 s for 96 steps of 16 texts with 64 tokens there; another encoder is taken for one
    of BERT-base's size, eight times that. Frozen embeddings take 5 ms a text.
    """
    if kind.classifier == STEPPED:
        size = 1.0 if kind.model == BUNDLED else 8.0
        per_step = 0.36 * size * kind.batch_size * kind.max_length / (16 * 64)
        memory = 1.0 if kind.model == BUNDLED else 3.0
        return Rates(
            fixed=8.0, per_unit=per_step, per_test_row=0.005 * size, memory_gb=memory, runs=0
        )
    if kind.classifier == "tfidf":
        return Rates(fixed=3.0, per_unit=0.0005, per_test_row=0.0001, memory_gb=0.3, runs=0)
    return Rates(fixed=8.0, per_unit=0.005, per_test_row=0.005, memory_gb=1.0, runs=0)


def model_gb(config: FitConfig) -> float:
    """Disk that a kept model takes."""
    if not config.save_model or config.classifier == "tfidf":
        return 0.003 if config.save_model else 0.0
    return 0.09 if config.model == BUNDLED else 0.45


def _phase(run: Finished, name: str) -> float:
    return float(run.seconds.get(name, 0.0))


def _working(run: Finished) -> float:
    return _phase(run, "train") + _phase(run, "evaluate")


def _units(run: Finished) -> int:
    return run.steps if run.kind.classifier == STEPPED else run.train_rows
