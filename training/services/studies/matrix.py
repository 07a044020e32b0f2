"""The cells of a study on their way: what each asks for, and what waits for a checker."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from curation.errors import CurationError
from training.fitting.errors import FitError
from training.models import Study, StudyCell, TrainingRun
from training.services.finished import folder_of
from training.services.pool import Pool
from training.services.requests import Request, Wanted, ask_for_study
from training.services.studies.wanting import StudyRows
from training.studies.checks import Check, planned_checks
from training.studies.plan import Cell, StudyPlan

Status = TrainingRun.Status


@dataclass(kw_only=True)
class _Blocked:
    """A cell whose checkers are on their way."""

    cell: Cell
    quality: TrainingRun
    diversity: TrainingRun | None
    missing: set[int]  # keys of runs that have not ended yet


class Matrix:
    """Feeds a pool with the runs of a study, checkers before those that need them."""

    def __init__(self, study: Study, plan: StudyPlan) -> None:
        self.plan = plan
        self._study = study
        self.pool: Pool | None = None
        self.total_steps = sum(cell.config.max_steps for cell in plan.cells()) + sum(
            check.config.max_steps for _, check in planned_checks(plan)
        )
        self._rows = StudyRows(plan)
        self._cells = {
            (cell.project.slug, cell.arm, cell.classifier, cell.seed): cell.pk
            for cell in study.cells.select_related("project")
        }
        self._blocked: list[_Blocked] = []
        self._checkers: dict[tuple[str, Check], TrainingRun] = {}  # asked for by this process
        self._ended: dict[int, TrainingRun] = {}  # checkers, by key
        self._lost_steps = 0  # of cells that will have no run

    def forget_other_test_rows(self) -> None:
        """Cells whose test rows have changed since are open again, all of the project's: a table
        holds scores on the same rows only. Their runs stay.
        """
        for slug in self.plan.projects:
            cells = StudyCell.objects.filter(study=self._study, project__slug=slug)
            scored = cells.filter(run__status=Status.SUCCESSFUL).select_related("run").first()
            if scored is None or scored.run is None:
                continue
            with suppress(OSError, CurationError):  # gone: found out when its cells are read
                then = folder_of(scored.run).test.read_text(encoding="utf-8")
                if then != self._rows.of(slug).test:
                    cells.update(run=None, error="")

    def requests(self) -> Iterator[Request]:
        """Runs to fit, one after the other, each read from the project when it is its turn."""
        for cell in self.plan.cells():
            if self._key(cell) not in self._cells:
                continue  # its project was deleted
            try:
                yield from self._requests_of(cell)
            except (CurationError, FitError) as error:
                self._give_up(cell, str(error))

    def settle(self, request: Request) -> None:
        """A run has ended: go on with the cells that waited for it."""
        run = request.run
        if run.purpose != TrainingRun.Purpose.CHECK:
            return
        self._ended[run.pk] = run
        for blocked in [one for one in self._blocked if run.pk in one.missing]:
            blocked.missing.discard(run.pk)
            if not blocked.missing:
                self._blocked.remove(blocked)
                self._unblock(blocked)

    def steps(self) -> int:
        assert self.pool is not None
        return self.pool.steps() + self._lost_steps

    def note(self) -> str:
        """What runs now."""
        assert self.pool is not None
        done = self.pool.fitted + self.pool.reused
        running = " · ".join(str(request.run) for request in self.pool.running.values())
        return f"{done} runs there · {running}" if running else f"{done} runs there"

    def _requests_of(self, cell: Cell) -> Iterator[Request]:
        checks = self._rows.checks(cell)
        if checks.quality is None:
            yield self._ask(cell, self._rows.plain(cell))
            return
        runs: dict[Check, TrainingRun] = {}
        for check in checks.all():
            place = (cell.project, check)
            if place not in self._checkers:
                request = self._ask_checker(cell, check)
                self._checkers[place] = request.run
                yield request
            runs[check] = self._checkers[place]
        missing = {run.pk for run in runs.values()} - self._ended.keys()
        blocked = _Blocked(
            cell=cell,
            quality=runs[checks.quality],
            diversity=runs[checks.diversity] if checks.diversity else None,
            missing=missing,
        )
        if missing:
            self._blocked.append(blocked)
        else:
            self._unblock(blocked)

    def _ask_checker(self, cell: Cell, check: Check) -> Request:
        wanted = self._rows.check(cell, check)
        return ask_for_study(self._rows.of(cell.project).project, wanted)

    def _unblock(self, blocked: _Blocked) -> None:
        assert self.pool is not None
        named = (("quality", blocked.quality), ("diversity", blocked.diversity))
        for name, run in named:
            if run is not None and self._ended[run.pk].status != Status.SUCCESSFUL:
                reason = self._ended[run.pk].error
                self._give_up(blocked.cell, f"Its {name} checker failed: {reason}")
                return
        try:
            wanted = self._rows.checked(
                blocked.cell, quality=blocked.quality, diversity=blocked.diversity
            )
            self.pool.add(self._ask(blocked.cell, wanted))
        except (CurationError, FitError) as error:
            self._give_up(blocked.cell, str(error))

    def _ask(self, cell: Cell, wanted: Wanted) -> Request:
        """The run of a cell, written down for both."""
        request = ask_for_study(self._rows.of(cell.project).project, wanted)
        self._write(cell, run=request.run, error="")
        return request

    def _give_up(self, cell: Cell, sentence: str) -> None:
        self._lost_steps += cell.config.max_steps
        self._write(cell, run=None, error=sentence)

    def _write(self, cell: Cell, *, run: TrainingRun | None, error: str) -> None:
        StudyCell.objects.filter(pk=self._cells[self._key(cell)]).update(run=run, error=error)

    def _key(self, cell: Cell) -> tuple[str, str, str, int]:
        return cell.project, cell.arm.name, cell.classifier, cell.seed
