"""A run at work: the hold on it, the texts it knows, what it has counted."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import F

from curation.models import Example, Project
from generation.errors import RunTakenOver
from generation.models import GenerationRun
from generation.prompting.base import Brief
from generation.scheduling.budget import Budget, Price
from generation.scheduling.shares import call_seed
from generation.screening.screen import Screen
from generation.services.asking import Asked

LOOK_EVERY = 2.0  # seconds
LEARN_CHUNK = 5_000  # texts read at a time
COUNTED = ("accepted", "rejected", "surplus", "prompt_tokens", "completion_tokens", "spent")

LastCheck = Callable[[Sequence[str], str], Sequence[str]]
# (texts that passed the screening, their label) → a reason for each, "" = keep


@dataclass(kw_only=True)
class Desk:
    """What everything that a run does shares. Used by the thread that runs it alone."""

    run: GenerationRun
    asked: Asked
    brief: Brief
    screen: Screen
    label_keys: dict[str, int]
    price: Price | None
    budget: Budget
    replays: bool = False  # the provider gives the same answer each time, for nothing
    resumes: bool = False  # the provider finds the answer of a call that was under way
    schemas: bool = False  # the provider may keep to the form it is asked for
    gate: LastCheck | None = None  # a last check, by a classifier say
    pausing: bool = False  # somebody asked for a rest
    repeated: int = 0  # earlier runs of the project that asked alike with the same seed
    newest: int = 0  # key of the newest example the screen knows
    _looked_at: float = 0.0  # when the database was asked last whether to pause
    reasons: Counter[str] = field(default_factory=Counter)

    def seed_of(self, name: str, number: int) -> int:
        """The seed of call `number` of a label or a labelling pass.

        A second run of the project that asks the same model with the same seed gets others: a
        server that keeps to seeds would only repeat the texts that are there.
        """
        return call_seed(self.asked.seed, label=name, number=number, repeated=self.repeated)

    def take_hold(self, *, learn: bool = True) -> None:
        """Lock the project's generation, check that the run is still ours, learn new texts.

        Call inside a transaction.

        Raises:
            RunTakenOver: another process has the run now.
        """
        if connection.features.has_select_for_update:  # else the transaction locks everything
            Project.objects.select_for_update(no_key=True).get(pk=self.run.project_id)
        mine = GenerationRun.objects.filter(pk=self.run.pk, claim=self.run.claim)
        found = mine.filter(status=GenerationRun.Status.RUNNING).values_list("pause_requested")
        row = found.first()
        if row is None:
            raise RunTakenOver(number=self.run.number)
        self.pausing = row[0]
        if learn:
            self._learn()

    def read_counts(self) -> None:
        """Know what whoever had the run before has spent and counted; under the hold."""
        mine = GenerationRun.objects.filter(pk=self.run.pk)
        self.budget.spent, reasons = mine.values_list("spent", "reasons").get()
        self.reasons = Counter(reasons)

    def asked_to_pause(self) -> bool:
        """Whether somebody wants the run to rest; asks the database every other second at most."""
        now = time.monotonic()
        if not self.pausing and now - self._looked_at > LOOK_EVERY:
            self._looked_at = now
            wanted = GenerationRun.objects.filter(pk=self.run.pk, pause_requested=True)
            self.pausing = wanted.exists()
        return self.pausing

    def _learn(self) -> None:
        """Make the screen know the examples stored since it last looked, whoever stored them.

        What this run has stored itself the screen knows from judging it; see `remember`.
        """
        fresh = Example.objects.filter(project=self.run.project_id, pk__gt=self.newest)
        pool: list[str] = []
        apart: list[str] = []
        rows = fresh.order_by("pk").values_list("pk", "text", "split")
        for self.newest, text, split in rows.iterator(chunk_size=LEARN_CHUNK):
            texts = pool if split == Example.Split.POOL else apart
            texts.append(text)
            if len(texts) >= LEARN_CHUNK:
                self._teach(pool, apart)
        self._teach(pool, apart)

    def _teach(self, pool: list[str], apart: list[str]) -> None:
        self.screen.learn(pool, apart=False)
        self.screen.learn(apart, apart=True)
        pool.clear()
        apart.clear()

    def remember(self, newest: int) -> None:
        """The run's own examples up to this key need not be read again."""
        self.newest = max(self.newest, newest)

    def count(self, **more: int) -> None:
        """Add to the run's counters; `reasons` are written as they stand."""
        assert more.keys() <= {*COUNTED, "doubtful"}
        changes: dict[str, Any] = {name: F(name) + number for name, number in more.items()}
        GenerationRun.objects.filter(pk=self.run.pk).update(
            reasons=dict(sorted(self.reasons.items())), **changes
        )
