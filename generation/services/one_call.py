"""The call of a run that has one alone: written down, asked, settled, taken up after a kill."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import transaction
from django.db.models import Sum

from curation.models import Project
from generation.errors import CallRefused, NoAnswer, ProviderProblem, RunTakenOver
from generation.models import Call, GenerationRun
from generation.providers.base import Completion, CompletionRequest
from generation.scheduling.errand import Errand
from generation.services.planned import Planned, Talk
from generation.services.pricing import from_params
from generation.services.storing import ANSWERED_FIELDS, fill_in

COUNTED = ("prompt_tokens", "completion_tokens", "spent", "doubtful")


@dataclass(kw_only=True)
class OneCall:
    """A source with a single call, of a run that has been taken up."""

    run: GenerationRun
    planned: Planned
    resumes: bool  # the provider finds the answer of a call that was under way
    row: Call | None = None  # once it is written down
    problem: ProviderProblem | None = None  # why there is no answer
    claimed: bool = False

    @transaction.atomic
    def take_up(self) -> None:
        """Go on where the rows say the run is: its process may have been killed.

        An answer that came is taken. A call that was under way is asked again where the provider
        finds its answer; else it may have been paid for, so it counts as spent, and another is
        asked in its place.
        """
        self._take_hold()
        newest = self.run.calls.order_by("pk").last()
        if newest is None:
            return
        lost = Call.objects.filter(run=self.run, status=Call.Status.SENT)
        found_again = newest.status == Call.Status.SENT and self.resumes
        if found_again:
            lost = lost.exclude(pk=newest.pk)  # older ones are of a process that had lost the run
        if lost.write_off():
            self._count()
        if found_again or newest.status == Call.Status.ANSWERED:
            self._keep_to(newest)
        else:
            self.planned.talk = Talk(number=newest.conversation + 1)

    def _keep_to(self, row: Call) -> None:
        """Ask nothing else than what was sent."""
        self.row, self.claimed = row, row.status == Call.Status.ANSWERED
        self.planned.added = row.messages
        self.planned.request = replace(self.planned.request, messages=tuple(row.messages))
        self.planned.reserved, self.planned.doubtful = row.reserved, row.doubtful

    @transaction.atomic
    def claim(self, n: int) -> Sequence[Errand[CompletionRequest, Completion]]:
        """The call, written down under the hold, so that whoever takes the run up sees it.

        Raises:
            RunTakenOver: another process has the run now.
        """
        if self.claimed:
            return ()
        self._take_hold()
        self.claimed = True
        if self.row is None:
            self.planned.reserved = self.planned.reserve_for(from_params(self.run.price))
            self.row = self.planned.as_row(self.run)
            self.row.save()
        return [Errand(request=self.planned.request, tokens=0.0)]

    def more(self) -> bool:
        return not self.claimed

    @transaction.atomic
    def settle(self, errands: Sequence[Errand[CompletionRequest, Completion]]) -> None:
        """Write down what came and what it has cost, together.

        Raises:
            RunTakenOver: another process has written the call off.
        """
        for errand in errands:
            self._take_hold()
            row = self.row
            assert row is not None
            if errand.answer is not None:
                attempts = errand.attempts + errand.refusals + 1
                fill_in(row, errand.answer, seconds=errand.seconds, attempts=attempts)
                row.spent, row.doubtful = self._cost(row), self.planned.doubtful
            else:
                self._refuse(row, errand.problem)
                row.attempts = errand.attempts + errand.refusals
            row.save(update_fields=ANSWERED_FIELDS)
            self._count()

    def _take_hold(self) -> None:
        """Lock the project's generation and check that the run is still ours."""
        Project.objects.select_for_update(no_key=True).get(pk=self.run.project_id)
        mine = GenerationRun.objects.filter(pk=self.run.pk, claim=self.run.claim)
        if not mine.exists():
            raise RunTakenOver(number=self.run.number)

    def _cost(self, row: Call) -> int:
        """By the tokens counted, else all that was set aside; attempts in doubt as well."""
        price, sent, written = from_params(self.run.price), row.prompt_tokens, row.completion_tokens
        return self.planned.cost(price, sent=sent, written=written) + self.planned.doubtful

    def _refuse(self, row: Call, problem: ProviderProblem | None) -> None:
        """No answer: refused for good, or lost on the way."""
        self.problem = problem
        in_doubt = isinstance(problem, NoAnswer | CallRefused) and problem.billed
        lost = isinstance(problem, NoAnswer)
        row.status = Call.Status.LOST if lost else Call.Status.REFUSED
        row.problem = str(problem)
        row.spent = row.doubtful = self.planned.doubtful + self.planned.reserved * in_doubt

    def overdue(self, errand: Errand[CompletionRequest, Completion]) -> None:
        """There is nothing to ask in its place."""

    def doubt(self, errand: Errand[CompletionRequest, Completion]) -> bool:
        """Set money aside once more, unless another process has written the call off."""
        assert self.row is not None
        self.planned.doubtful += self.planned.reserved
        still_ours = Call.objects.filter(pk=self.row.pk, status=Call.Status.SENT)
        return bool(still_ours.update(doubtful=self.planned.doubtful))

    def _count(self) -> None:
        """Write down what the run's calls come to."""
        sums = self.run.calls.aggregate(**{name: Sum(name) for name in COUNTED})
        for name in COUNTED:
            setattr(self.run, name, sums[name] or 0)
        self.run.save(update_fields=COUNTED)
