"""What each cell of a study asks for, as `Wanted` runs."""

from __future__ import annotations

from dataclasses import replace

from curation.services.projects import get_project
from training.errors import RunFilesGone
from training.fitting.predictions import read_predictions
from training.fitting.rows import Row, rows_as_text
from training.models import TrainingRun
from training.services.finished import folder_of
from training.services.requests import ProjectRows, Wanted
from training.studies.checks import Check, Checks, checked_rows, checks_of
from training.studies.plan import Cell, StudyPlan


class StudyRows:
    """The rows behind a plan; each project's votes and texts are looked up once."""

    def __init__(self, plan: StudyPlan) -> None:
        self.plan = plan
        self._projects: dict[str, ProjectRows] = {}

    def of(self, slug: str) -> ProjectRows:
        """Raises ProjectNotFound."""
        if slug not in self._projects:
            self._projects[slug] = ProjectRows(get_project(slug))
        return self._projects[slug]

    def checks(self, cell: Cell) -> Checks:
        return checks_of(self.plan, cell)

    def plain(self, cell: Cell) -> Wanted:
        """The run of a cell that needs no checker."""
        return self.of(cell.project).wanted(cell.arm.source, cell.config)

    def check(self, cell: Cell, check: Check) -> Wanted:
        """A checker's run: its test rows are the rows that it judges.

        Of a label that it has not learned it would call every row wrong, so it is to fail there.
        """
        rows = self.of(cell.project)
        wanted = rows.wanted(check.source, check.config)
        judged = [
            Row(id=row.id, text=row.text, label=row.label)
            for row in rows.rows(check.judged, seed=cell.seed)
        ]
        return replace(
            wanted,
            config=replace(wanted.config, unseen_labels=check.config.unseen_labels),
            test=rows_as_text(judged),
            purpose=TrainingRun.Purpose.CHECK,
        )

    def checked(self, cell: Cell, *, quality: TrainingRun, diversity: TrainingRun | None) -> Wanted:
        """The run of a cell whose checkers have finished.

        Raises:
            BadDataset: `keep_quality` leaves no row.
            RunFilesGone: what a checker said is not there any more.
        """
        rows = self.of(cell.project)
        kept = checked_rows(
            rows.rows(cell.arm.source, seed=cell.seed, soft=cell.config.loss == "soft"),
            cell,
            quality=_of_given_label(quality),
            diversity=None if diversity is None else _of_given_label(diversity),
        )
        return rows.of_rows(cell.arm.source, kept, cell.config)


def _of_given_label(run: TrainingRun) -> dict[str, float]:
    """Row id → the probability that a checker gives the label which the row carries."""
    try:
        said = read_predictions(folder_of(run), run.config["labels"])
    except OSError as error:
        raise RunFilesGone(run.key, "manage.py study run SLUG") from error
    given = said.probs[range(len(said.ids)), said.gold]
    return dict(zip(said.ids, given.tolist(), strict=True))
