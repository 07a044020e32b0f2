"""A run as the engine sees it: calls to be asked come from here, outcomes go back here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from django.db import transaction

from generation.errors import CallRefused, NoAnswer, NoMoreAnswers
from generation.models import Call, Draft
from generation.models.calls import UNLABELLED
from generation.prompting.conversation import Turn
from generation.providers.base import Completion, CompletionRequest
from generation.scheduling.errand import Errand
from generation.scheduling.estimate import CHARACTERS_PER_TOKEN
from generation.services.books import Book
from generation.services.desk import Desk
from generation.services.labelling import label_drafts, refuse_drafts
from generation.services.planned import Planned, known_answers
from generation.services.storing import Batch, fill_in, judged_drafts

Asking: TypeAlias = Errand[CompletionRequest, Completion]


class RunSource:
    """Plans calls label by label, writes each down before it is asked, and settles the outcomes."""

    def __init__(self, desk: Desk, books: Sequence[Book], *, reuse: bool) -> None:
        self.books = {book.label.pk: book for book in books}
        self._desk = desk
        self._reuse = reuse  # whether equal requests of earlier runs give their answers
        self._open: dict[Asking, Planned] = {}
        self._held: Planned | None = None  # until calls under way are back and free some money

    @property
    def capped(self) -> bool:
        """Whether the cap has kept a call from going out."""
        return self._desk.budget.refused

    def claim(self, n: int) -> Sequence[Asking]:
        """Up to `n` calls, the label with the fewest first; none while the run is to end."""
        planned: list[Planned] = []
        while len(planned) < n and not (self._desk.pausing or self.capped):
            call = self._held or self._next()
            if call is None:
                break
            call.reserved = call.reserved or call.reserve_for(self._desk.price)
            self._held = call
            free = self._lacks_money(call) and self._is_known(call)
            if not free and not self._set_aside(call):
                break
            self._held = None
            planned.append(call)
        return self._written_down(planned) if planned else ()

    def more(self) -> bool:
        """Whether a call may still be due, now that none is under way."""
        if self._desk.pausing or self.capped:
            return False
        return self._held is not None or any(book.may_ask for book in self.books.values())

    def _set_aside(self, call: Planned) -> bool:
        return self._desk.budget.reserve(call.reserved + call.doubtful)

    def _lacks_money(self, call: Planned) -> bool:
        left = self._desk.budget.left
        return left is not None and call.reserved + call.doubtful > left

    def _is_known(self, call: Planned) -> bool:
        """Whether an earlier run's answer serves, so that the call needs no money."""
        if not (self._reuse and call.reserved and call.row is None):
            return False
        row = call.as_row(self._desk.run)
        if not known_answers([row], self._desk.run.project):
            return False
        call.reserved = row.reserved = 0
        call.row = row
        return True

    def _next(self) -> Planned | None:
        order = sorted(self.books.values(), key=lambda book: (book.n_calls, book.label.position))
        for book in order:
            if call := book.next_call():
                return call
        return None

    @transaction.atomic
    def _written_down(self, planned: Sequence[Planned]) -> Sequence[Asking]:
        """The calls as rows of their own before anything is sent."""
        self._desk.take_hold(learn=False)
        rows = [call.row or call.as_row(self._desk.run) for call in planned]
        known = known_answers(rows, self._desk.run.project) if self._reuse else {}
        errands = []
        for call, row in zip(planned, rows, strict=True):
            call.row = row
            errand: Asking = Errand(
                request=call.request, tokens=_expected(call), spread=(call.request.seed % 997) / 997
            )
            if earlier := known.get(row.key):
                row.cached, errand.answer = True, _answer_of(earlier)
            self._open[errand] = call
            errands.append(errand)
        Call.objects.bulk_create([row for row in rows if row.pk is None])
        return errands

    def overdue(self, errand: Asking) -> None:
        """Ask for other texts in the place of those that the call should have given by now."""
        planned = self._open[errand]
        self._book(planned).overdue(planned)

    def doubt(self, errand: Asking) -> bool:
        """Set money aside once more for a call whose first attempt may have to be paid for."""
        call = self._open[errand]
        if not self._desk.budget.reserve(call.reserved):
            return False
        call.doubtful += call.reserved
        if not call.reserved:
            return True
        assert call.row is not None
        # whoever has taken the run over has written the call off: then it is not sent again
        still_ours = Call.objects.filter(pk=call.row.pk, status=Call.Status.SENT)
        return bool(still_ours.update(doubtful=call.doubtful))

    @transaction.atomic
    def settle(self, errands: Sequence[Asking]) -> None:
        """Take outcomes in, in the order they came; they count from the moment this returns."""
        self._desk.take_hold()
        batch = Batch()
        for errand in errands:
            planned = self._open.pop(errand)
            if errand.answer is not None:
                self._take_answer(batch, planned, errand)
            else:
                self._take_problem(batch, planned, errand)
        batch.write(self._desk)
        self._await_labels(batch)

    def _take_answer(self, batch: Batch, planned: Planned, errand: Asking) -> None:
        row, book, answer = planned.row, self._book(planned), errand.answer
        assert row is not None
        assert answer is not None
        fill_in(row, answer, seconds=errand.seconds, attempts=errand.attempts + errand.refusals + 1)
        self._pay(batch, planned, row, answer)
        batch.calls.append(row)
        planned.talk.turns.append(Turn(added=planned.added, answer=row.answer))
        book.came_back(planned, goes_on=answer.finish_reason != "content_filter")
        if planned.kind == Call.Kind.LABEL:
            changed = label_drafts(self._desk, planned, row)
            batch.changed.extend(changed)
            book.labelled(changed)
            return
        drafts = judged_drafts(self._desk, planned, row, room=book.room)
        batch.drafts.extend(drafts)
        book.took(planned, drafts)

    def _take_problem(self, batch: Batch, planned: Planned, errand: Asking) -> None:
        """No answer: the call is refused for good, lost, or as if it had never been planned."""
        row, book, problem = planned.row, self._book(planned), errand.problem
        assert row is not None
        in_doubt = isinstance(problem, NoAnswer | CallRefused) and problem.billed
        refused = problem if isinstance(problem, CallRefused) else None
        spent = planned.doubtful + (planned.reserved if in_doubt else 0)
        self._desk.budget.settle(reserved=planned.reserved + planned.doubtful, spent=spent)
        batch.count(spent=spent, doubtful=spent)
        book.came_back(planned, goes_on=False)
        if refused or in_doubt or planned.doubtful:
            row.status = Call.Status.REFUSED if refused else Call.Status.LOST
            row.problem, row.spent, row.doubtful = str(problem), spent, spent
            row.attempts = errand.attempts + errand.refusals
            batch.calls.append(row)
        else:
            row.delete()
        if isinstance(problem, NoMoreAnswers):
            book.give_up(str(problem))
        elif refused:
            book.was_refused(planned, refused)
            if planned.kind == Call.Kind.LABEL:
                batch.changed.extend(refuse_drafts(planned, row))

    def _pay(self, batch: Batch, planned: Planned, row: Call, answer: Completion) -> None:
        """Settle what the call cost: by the tokens counted, else all that was set aside."""
        sent, written = answer.prompt_tokens, answer.completion_tokens
        cost = planned.cost(self._desk.price, sent=sent, written=written)
        if row.cached:
            sent, written, cost = 0, 0, 0
        row.doubtful, row.spent = planned.doubtful, cost + planned.doubtful
        self._desk.budget.settle(reserved=planned.reserved + planned.doubtful, spent=row.spent)
        batch.count(
            prompt_tokens=sent or 0,
            completion_tokens=written or 0,
            spent=row.spent,
            doubtful=row.doubtful,
        )

    def _await_labels(self, batch: Batch) -> None:
        """Drafts that wait for the labelling pass, now that they have keys."""
        calls = {draft.call.pk for draft in batch.drafts if draft.reason == UNLABELLED}
        if not calls:
            return
        waiting = Draft.objects.filter(call__in=calls, reason=UNLABELLED).order_by("pk")
        for label, key, text in waiting.values_list("call__label", "pk", "text"):
            self.books[label].waiting.append((key, text))

    def _book(self, planned: Planned) -> Book:
        assert planned.label is not None
        return self.books[planned.label.pk]


def _expected(planned: Planned) -> float:
    """Tokens a call will take, roughly; the gate corrects it by what comes back."""
    request = planned.request
    sent = sum(len(message["content"]) for message in request.messages) / CHARACTERS_PER_TOKEN
    return sent + request.max_tokens / 2


def _answer_of(earlier: Call) -> Completion:
    return Completion(
        text=earlier.answer,
        model=earlier.model,
        prompt_tokens=earlier.prompt_tokens,
        completion_tokens=earlier.completion_tokens,
        finish_reason=earlier.finish_reason,
    )
