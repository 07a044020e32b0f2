"""From sources and seeds to rows of TrainingRun and the folders behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from curation.errors import BadInput
from curation.models import DatasetVersion, Project
from curation.services.training_rows import (
    LabelledRow,
    dataset_version_of,
    test_rows,
    training_rows,
)
from training.errors import BadRecipe
from training.fitting.config import FitConfig
from training.fitting.errors import BadConfig
from training.fitting.origin import write_origin
from training.fitting.rows import Row, rows_as_text
from training.fitting.run_folder import RunFolder, fingerprint_of
from training.models import TrainingRun
from training.services.describing import origin_of


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One run as asked for: all that decides its scores."""

    source: str
    version: DatasetVersion | None
    config: FitConfig
    train: str  # content of the row files
    test: str
    train_rows: int

    @property
    def fingerprint(self) -> str:
        return fingerprint_of(self.config, train=self.train, test=self.test)

    @property
    def recipe(self) -> str:
        """The same for all runs whose scores may be compared; a kept model changes no score."""
        alike = replace(self.config, seed=0, save_model=False)
        return fingerprint_of(alike, train="", test=self.test)


@dataclass(frozen=True, kw_only=True)
class Request:
    """A run that was asked for, and what to write into its folder if it has to be fitted."""

    run: TrainingRun
    wanted: Wanted

    @property
    def folder(self) -> RunFolder:
        return RunFolder(self.run.path())

    def is_finished(self) -> bool:
        """True when the folder holds this very run, complete; the database may not know."""
        inputs = ((self.folder.train, self.wanted.train), (self.folder.test, self.wanted.test))
        return self.folder.is_finished() and all(
            path.read_text(encoding="utf-8") == text
            for path, text in (*inputs, (self.folder.config, self.wanted.config.as_text()))
        )

    def prepare(self) -> None:
        self.folder.write_inputs(self.wanted.config, train=self.wanted.train, test=self.wanted.test)
        if self.wanted.config.save_model:
            write_origin(self.folder, origin_of(self.run))


def want(
    project: Project, sources: Sequence[str], *, seeds: int, config: FitConfig | None
) -> list[Wanted]:
    """Every source with every seed from 0 to `seeds` - 1. Reads only.

    Raises:
        BadInput, VersionNotFound, NothingToDo: a source has no rows, or there is no test set.
        BadRecipe: the config cannot be used.
    """
    if seeds < 1:
        raise BadInput(f"{seeds} seeds were asked for; ask for 1 or more.")
    if not sources:
        raise BadInput("No source was named; name one with --source synthetic.")
    try:
        config = replace(config or FitConfig(), labels=tuple(project.label_names()))
    except BadConfig as error:
        raise BadRecipe(str(error)) from error
    test = _text(test_rows(project))
    return [
        wanted
        for source in dict.fromkeys(sources)
        for wanted in _want_source(project, source, test, seeds=seeds, config=config)
    ]


def ask(project: Project, wanted: Sequence[Wanted]) -> list[Request]:
    """Write the runs down, each once; a run known from before is the same row again."""
    asked_at = timezone.now()
    with transaction.atomic():
        return [Request(run=_row(project, one, asked_at), wanted=one) for one in wanted]


def _want_source(
    project: Project, source: str, test: str, *, seeds: int, config: FitConfig
) -> list[Wanted]:
    version = dataset_version_of(project, source)
    wanted: list[Wanted] = []
    for seed in range(seeds):
        if wanted and not source.startswith("random:"):
            train, train_rows = wanted[0].train, wanted[0].train_rows  # the seed draws no rows
        else:
            rows = training_rows(project, source, seed=seed)
            train, train_rows = _text(rows), len(rows)
        wanted.append(
            Wanted(
                source=source,
                version=version,
                config=replace(config, seed=seed),
                train=train,
                test=test,
                train_rows=train_rows,
            )
        )
    return wanted


def _row(project: Project, wanted: Wanted, asked_at: datetime) -> TrainingRun:
    run, _ = TrainingRun.objects.update_or_create(
        project=project,
        source=wanted.source,
        fingerprint=wanted.fingerprint,
        defaults={"asked_at": asked_at},
        create_defaults={
            "dataset_version": wanted.version,
            "seed": wanted.config.seed,
            "config": wanted.config.as_json(),
            "recipe": wanted.recipe,
            "train_rows": wanted.train_rows,
            "folder": _folder(project, wanted),
            "asked_at": asked_at,
        },
    )
    return run


def _folder(project: Project, wanted: Wanted) -> str:
    """A new folder's name, or that of the same fit under another source."""
    twins = TrainingRun.objects.of(project).filter(fingerprint=wanted.fingerprint)
    if twin := twins.first():
        return twin.folder
    source = slugify(wanted.source.replace(":", "-"))
    name = f"{source}-{wanted.config.seed}-{wanted.fingerprint[:8]}"
    return str(Path("runs") / project.slug / name)


def _text(rows: Sequence[LabelledRow]) -> str:
    return rows_as_text(
        Row(id=row.id, text=row.text, label=row.label, agreement=row.agreement) for row in rows
    )
