"""From sources and seeds to rows of TrainingRun and the folders behind them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from curation.datasets.sources import SourceError, draws_by_seed
from curation.duplicates import normalised
from curation.errors import BadInput
from curation.models import DatasetVersion, Project
from curation.services.training_rows import (
    LabelledRow,
    SourceReader,
    dataset_version_of,
    test_rows,
)
from curation.services.training_rows.validation import validation_rows
from training.errors import BadRecipe
from training.fitting.config import FitConfig
from training.fitting.errors import BadConfig
from training.fitting.origin import write_origin
from training.fitting.rows import Row, rows_as_text
from training.fitting.run_folder import RunFolder, fingerprint_of
from training.models import TrainingRun
from training.services.describing import origin_of

LONGEST_NAME = 150  # of a folder, without seed and fingerprint; file systems take 255 bytes


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One run as asked for: all that decides its scores."""

    source: str
    version: DatasetVersion | None
    config: FitConfig
    train: str  # content of the row files
    test: str
    train_rows: int
    validation: str | None = None
    purpose: str = TrainingRun.Purpose.SCORE

    @property
    def fingerprint(self) -> str:
        return fingerprint_of(
            self.config, train=self.train, test=self.test, validation=self.validation
        )

    @property
    def recipe(self) -> str:
        """The same for all runs whose scores may be compared, whatever label their rows lack; a
        kept model changes no score.
        """
        alike = replace(self.config, seed=0, save_model=False, unseen_labels=False)
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
        return is_finished(self.folder, self.wanted)

    def prepare(self) -> None:
        self.folder.write_inputs(
            self.wanted.config,
            train=self.wanted.train,
            test=self.wanted.test,
            validation=self.wanted.validation,
        )
        if self.wanted.config.save_model:
            write_origin(self.folder, origin_of(self.run))


class ProjectRows:
    """What the sources of one project say, as row files hold it; votes are looked up once.

    Seeds are meant to come one after the other: what only an earlier one drew is forgotten.
    """

    def __init__(self, project: Project) -> None:
        self.project = project
        self.labels = tuple(project.label_names())
        self._reader = SourceReader(project)
        self._read: dict[tuple[str, int], list[LabelledRow]] = {}
        self._texts: dict[tuple[str, int, bool], str] = {}

    @property
    def test(self) -> str:
        """The test set's row file. Raises NothingToDo without a test set."""
        return self._test[0]

    @cached_property
    def _test(self) -> tuple[str, frozenset[str]]:
        """The row file, and the labels it asks for."""
        rows = test_rows(self.project)
        return rows_as_text(as_rows(rows, soft=False)), frozenset(row.label for row in rows)

    def rows(self, source: str, *, seed: int, soft: bool = False) -> list[Row]:
        """Training rows by id; with `soft` they carry the shares of their votes, where known.

        Raises:
            BadInput, VersionNotFound, NothingToDo: not a source, or it has no rows.
        """
        return as_rows(self._labelled_rows(_place(source, seed)), soft=soft)

    def wanted(self, source: str, config: FitConfig) -> Wanted:
        """A run of `source` with the seed in `config`, scored on the project's test set.

        Raises:
            BadInput, VersionNotFound, NothingToDo: the source has no rows, or there is no test set.
            BadRecipe: the config cannot be used with the project's labels.
        """
        soft = config.loss == "soft"
        place = _place(source, config.seed)
        rows = self._labelled_rows(place)
        if config.patience and "+" in source:
            return self.of_rows(source, as_rows(rows, soft=soft), config)
        if (*place, soft) not in self._texts:
            self._texts[*place, soft] = rows_as_text(as_rows(rows, soft=soft))
        held_out = self._held_out(source, config)
        return self._wanted(source, self._texts[*place, soft], rows, config, held_out)

    def of_rows(self, source: str, rows: Sequence[Row], config: FitConfig) -> Wanted:
        """The same, with rows that were made of the source's; without those that say when to stop.

        A mixture may have them from another part.
        """
        held_out = self._held_out(source, config)
        if held_out:
            held = {normalised(row.text) for row in held_out}
            rows = [row for row in rows if normalised(row.text) not in held]
        return self._wanted(source, rows_as_text(rows), rows, config, held_out)

    def _scored(self, config: FitConfig, rows: Sequence[Row | LabelledRow]) -> FitConfig:
        """A label that no row has is never right; else a rare one would choose among the draws."""
        lacking = self._test[1] - {row.label for row in rows}
        return replace(config, unseen_labels=True) if lacking else config

    def _held_out(self, source: str, config: FitConfig) -> list[LabelledRow]:
        return validation_rows(self.project, source) if config.patience else []

    def _labelled_rows(self, place: tuple[str, int]) -> list[LabelledRow]:
        if place not in self._read:
            for known in [known for known in self._read if known[1] not in {0, place[1]}]:
                del self._read[known]
                self._texts = {key: text for key, text in self._texts.items() if key[:2] != known}
            source, seed = place
            self._read[place] = self._reader.read(source, seed=seed).rows
        return self._read[place]

    def _wanted(
        self,
        source: str,
        train: str,
        rows: Sequence[Row | LabelledRow],
        config: FitConfig,
        held_out: Sequence[LabelledRow],
    ) -> Wanted:
        return Wanted(
            source=source,
            version=dataset_version_of(self.project, source),
            config=self.labelled(self._scored(config, rows)),
            train=train,
            test=self.test,
            train_rows=len(rows),
            validation=rows_as_text(as_rows(held_out, soft=False)) if held_out else None,
        )

    def labelled(self, config: FitConfig) -> FitConfig:
        try:
            return replace(config, labels=self.labels)
        except BadConfig as error:
            raise BadRecipe(str(error)) from error


def is_finished(folder: RunFolder, wanted: Wanted) -> bool:
    """True when `folder` holds what is wanted, complete."""
    asked = (
        (folder.train, wanted.train),
        (folder.test, wanted.test),
        (folder.config, wanted.config.as_text()),
        (folder.validation, wanted.validation),
    )
    return folder.is_finished() and all(_content(path) == text for path, text in asked)


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
    rows = ProjectRows(project)
    config = rows.labelled(config or FitConfig())
    return [
        rows.wanted(source, replace(config, seed=seed))
        for source in dict.fromkeys(sources)
        for seed in range(seeds)
    ]


def ask(
    project: Project, wanted: Sequence[Wanted], *, asked_at: datetime | None = None
) -> list[Request]:
    """Write the runs down, each once; a run known from before is the same row again."""
    asked_at = asked_at or timezone.now()
    with transaction.atomic():
        return [Request(run=_row(project, one, asked_at), wanted=one) for one in wanted]


def ask_for_study(project: Project, wanted: Wanted) -> Request:
    """The same for a study, which leaves the project's own newest request as it is."""
    with transaction.atomic():
        return Request(run=_row(project, wanted, None), wanted=wanted)


def as_rows(rows: Sequence[LabelledRow], *, soft: bool) -> list[Row]:
    """Rows as a fit reads them. Shares of votes go with those only that learn from them: runs from
    before keep their fingerprints.
    """
    return [
        Row(
            id=row.id,
            text=row.text,
            label=row.label,
            agreement=row.agreement,
            probs=row.probs if soft else None,
        )
        for row in rows
    ]


def _place(source: str, seed: int) -> tuple[str, int]:
    """The same for all seeds where none decides the rows."""
    try:
        return source, seed if draws_by_seed(source) else 0
    except SourceError as error:
        raise BadInput(str(error)) from error


def _row(project: Project, wanted: Wanted, asked_at: datetime | None) -> TrainingRun:
    run, _ = TrainingRun.objects.update_or_create(
        project=project,
        source=wanted.source,
        fingerprint=wanted.fingerprint,
        defaults={"asked_at": asked_at} if asked_at else {},
        create_defaults={
            "purpose": wanted.purpose,
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
    source = slugify(re.sub(r"[:+@.]", "-", wanted.source))[:LONGEST_NAME]
    name = f"{source}-{wanted.config.seed}-{wanted.fingerprint[:8]}"
    return str(Path("runs") / project.slug / name)


def _content(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None
