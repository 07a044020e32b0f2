"""Asks until a source has nothing more to ask: no barrier, no tail pass, nothing lost.

All decisions are made on the caller's thread, so a source may use a database. A call that was
refused for haste or broken off goes back into the same line with a deadline of its own, ahead of
calls not yet asked.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable, Generator, Iterable
from typing import Generic

from generation.errors import (
    CallRefused,
    NoAnswer,
    NoMoreAnswers,
    ProviderAway,
    ProviderProblem,
    TooManyRequests,
)
from generation.scheduling.errand import Answer, Errand, Request, Source, Withdrawn
from generation.scheduling.gate import FOREVER, SMOOTHING, Gate, Ticket
from generation.scheduling.transport import Transport
from generation.scheduling.waiting import MAX_WAIT, backoff

MAX_ATTEMPTS = 6
MAX_REFUSALS = 100  # of one call; each waits as long as it is asked to
TICK = 1.0  # seconds between two looks at whether the run was stopped
JITTER = 0.5  # seconds over which calls that were sent away together come back
OVERDUE = 4.0  # times the usual seconds of a call, after which it is no longer counted on
LEAST_OVERDUE = 2.0  # seconds, however fast the server is
OTHERS = (CallRefused, NoMoreAnswers)  # problems of one call or label, not of the run


class Engine(Generic[Request, Answer]):
    """One source, one provider, one gate.

    `run()` yields after every batch of outcomes and at least once a second, so that the caller can
    show progress. Closing it early stops sending, waits for what is on its way, since that is paid
    for, and settles it. One that is not `patient` leaves it under way instead, and so what ended
    with a problem of the whole run: for a provider that finds such answers later on.
    """

    def __init__(
        self,
        source: Source[Request, Answer],
        transport: Transport[Request, Answer],
        gate: Gate,
        *,
        patient: bool = True,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._source = source
        self._transport = transport
        self._gate = gate
        self._patient = patient
        self._clock = clock
        self._under_way: dict[Errand[Request, Answer], Ticket] = {}
        self._standing: list[Errand[Request, Answer]] = []  # ready to take an answered one's place
        self._again: list[tuple[float, int, Errand[Request, Answer]]] = []  # a heap by deadline
        self._known: list[Errand[Request, Answer]] = []  # answered without being asked
        self._through: list[Errand[Request, Answer]] = []  # back, and to be settled next
        self._sent = 0
        self._typical = 0.0  # tokens of the newest call: the next will be like it
        self._newest_answer = -FOREVER
        self._usual = 0.0  # seconds of an answered call, running
        self._overdue: set[Errand[Request, Answer]] = set()
        self._fatal: BaseException | None = None

    def run(self) -> Generator[None, None, None]:
        """Ask until nothing is left.

        Raises:
            ProviderProblem: asking on is no use; what came back before is settled.
        """
        try:
            while self._step():
                yield
        finally:
            self._wind_up()
        if self._fatal is not None:
            raise self._fatal

    def _step(self) -> bool:
        """Send what may go, settle what is back; whether there is more to do."""
        wait = self._send()
        idle = not (self._under_way or self._again or self._known or self._standing)
        if idle and (wait == FOREVER or not self._source.more()):  # else the gate keeps it
            return False
        self._through, self._known = self._known, []
        if not self._through:
            self._through = self._sorted_out(self._transport.collect(timeout=min(wait, TICK)))
        self._note_overdue()
        if self._through and self._fatal is None and self._gate.concurrency.ceiling > 1:
            self._send()  # fill the free places before the database has its turn
        done, self._through = self._through, []
        if done:
            self._source.settle(done)
        return self._fatal is None

    def _send(self) -> float:
        """Let out what the gate lets through; seconds until it makes sense to look again."""
        now = self._clock()
        if self._standing and not self._gate.spare(now=now):
            self._recall(now)
        while self._again and self._again[0][0] <= now:
            wait = self._gate.wait(self._again[0][2].tokens, now=now)
            if wait > 0:
                return wait
            self._launch(heapq.heappop(self._again)[2], now=now)
        self._fill_places(now)
        fresh, room = self._claim(now)
        next_deadline = self._again[0][0] - now if self._again else FOREVER
        if fresh < room:  # nothing more to ask before something comes back
            return next_deadline
        return min(next_deadline, self._gate.wait(self._typical, now=now))

    def _claim(self, now: float) -> tuple[int, int]:
        """Take new calls: those for which there is room go out, a few more stand by."""
        self._note_started()
        spare = max(0, self._gate.spare(now=now) - len(self._standing))
        room = self._gate.room(self._typical, now=now)
        if not room and self._standing:
            spare = 0 if spare < self._gate.spare(now=now) / 2 else spare  # not one by one
        fresh = self._source.claim(room + spare) if room + spare else ()
        for errand in fresh:
            if errand.answer is not None:
                self._known.append(errand)
            elif self._gate.room(errand.tokens, now=now):
                self._launch(errand, now=now)
            else:
                self._standing.append(errand)
                self._transport.stand_by(errand)
        return len(fresh), room + spare

    def _note_started(self) -> None:
        """Count the calls that took an answered one's place as on their way."""
        for errand in [errand for errand in self._standing if errand.started is not None]:
            self._standing.remove(errand)
            errand.first_sent = errand.started
            assert errand.started is not None
            self._typical = errand.tokens
            self._under_way[errand] = self._gate.send(errand.tokens, now=errand.started)

    def _fill_places(self, now: float) -> None:
        """Send calls that stand by where there is room: nobody's answer gave them its place."""
        if not (self._standing and self._gate.room(self._typical, now=now)):
            return
        self._note_started()
        for errand in reversed(self._transport.withdraw()):
            if self._gate.room(errand.tokens, now=now):
                self._standing.remove(errand)
                self._launch(errand, now=now)
            else:
                self._transport.stand_by(errand)

    def _recall(self, now: float) -> None:
        """Put the calls that stand by in line, once the server wants it slower."""
        for errand in reversed(self._transport.withdraw()):
            self._standing.remove(errand)
            self._put_back(errand, now)

    def _launch(self, errand: Errand[Request, Answer], *, now: float) -> None:
        if errand.first_sent is None:
            errand.first_sent = now
        self._typical = errand.tokens
        self._under_way[errand] = self._gate.send(errand.tokens, now=now)
        self._transport.send(errand)

    def _note_overdue(self) -> None:
        """Tell the source of calls that take far longer than others, so that it asks for more.

        They are still waited for: a run then does not end with one slow call that all wait for.
        """
        if not self._usual or not self._patient:
            return
        limit = self._clock() - max(LEAST_OVERDUE, OVERDUE * self._usual)
        for errand, ticket in self._under_way.items():
            if ticket.sent < limit and errand not in self._overdue:
                self._overdue.add(errand)
                self._source.overdue(errand)

    def _sorted_out(self, back: Iterable[Errand[Request, Answer]]) -> list[Errand[Request, Answer]]:
        """Those of the calls that are back which are through; the others go in line again."""
        done = []
        self._note_started()
        for errand in back:
            ticket, now = self._under_way.pop(errand), self._clock()
            self._overdue.discard(errand)
            if errand.fault is not None:
                self._fatal = errand.fault  # the others are settled before it is raised
            elif self._is_through(errand, ticket, now=now) and self._settles(errand):
                done.append(errand)
        return done

    def _is_through(self, errand: Errand[Request, Answer], ticket: Ticket, *, now: float) -> bool:
        """Tell the gate how the call went; whether that is its end."""
        problem = errand.problem
        if errand.answer is not None:
            self._newest_answer = now
            self._usual += (errand.seconds - self._usual) * (SMOOTHING if self._usual else 1.0)
            answer = errand.answer
            self._gate.answered(ticket, now=now, used=answer.tokens, allowance=answer.allowance)
            return True
        if isinstance(problem, TooManyRequests):
            self._gate.refused(
                ticket, now=now, retry_after=problem.retry_after, allowance=problem.allowance
            )
            return self._is_refused(errand, problem, now=now)
        if isinstance(problem, NoAnswer):
            self._gate.failed(ticket, now=now, overload=problem.overload)
            return self._is_hopeless(errand, problem, now=now)
        self._gate.failed(ticket, now=now, overload=False)
        if not isinstance(problem, OTHERS):
            self._fatal = self._fatal or problem
        return True

    def _is_refused(
        self, errand: Errand[Request, Answer], problem: TooManyRequests, *, now: float
    ) -> bool:
        """A call that came too early comes again, unless that would be too late."""
        errand.refusals += 1
        wait = problem.retry_after if problem.retry_after is not None else 0.0
        if wait > MAX_WAIT or errand.refusals > MAX_REFUSALS:
            asks = f"It asks to wait {wait:.0f} s" if wait else f"So it said {MAX_REFUSALS} times"
            self._fatal = self._fatal or ProviderProblem(
                f"{problem} {asks}; run the same command again later."
            )
            return True
        if not wait:
            wait = backoff(min(errand.refusals - 1, 4), spread=errand.spread)
        self._put_back(errand, now + wait + errand.spread * JITTER)
        return False

    def _is_hopeless(
        self, errand: Errand[Request, Answer], problem: NoAnswer, *, now: float
    ) -> bool:
        """A call that broke off is tried again, so many times."""
        errand.attempts += 1
        assert errand.first_sent is not None
        may_try = errand.attempts < MAX_ATTEMPTS and (problem.retry_after or 0) <= MAX_WAIT
        if may_try and (not problem.billed or self._source.doubt(errand)):
            wait = backoff(errand.attempts - 1, spread=errand.spread)
            if problem.retry_after:
                wait = problem.retry_after + errand.spread * JITTER
            self._put_back(errand, now + wait)
            return False
        away = not may_try and self._newest_answer < errand.first_sent  # it answers nobody
        if away:
            self._fatal = self._fatal or ProviderAway(
                f"{problem} Gave up after {errand.attempts} attempts; "
                "what was answered before is kept, and the same command continues."
            )
        if self._patient or problem.billed or not away:  # else its answer may be there
            errand.problem = CallRefused(str(problem), reason="failed", billed=problem.billed)
        return True

    def _put_back(self, errand: Errand[Request, Answer], due: float) -> None:
        self._sent += 1
        errand.problem = None
        heapq.heappush(self._again, (due, self._sent, errand))

    def _settles(self, errand: Errand[Request, Answer]) -> bool:
        """Whether the call has ended; else it counts as under way, for the next run to find."""
        if isinstance(errand.problem, NoAnswer) and not self._patient:
            return errand.problem.billed
        return self._patient or errand.answer is not None or isinstance(errand.problem, OTHERS)

    def _wind_up(self) -> None:
        """Wait for what is on its way, if patient, and settle what came; send nothing more."""
        done = self._through + self._known
        self._recall(self._clock())
        while self._under_way or self._standing:  # one may just have taken a free place
            back = self._transport.collect(timeout=TICK if self._patient else 0.0)
            self._note_started()
            for errand in back:
                self._under_way.pop(errand)
                if errand.answer is None and isinstance(errand.problem, TooManyRequests):
                    errand.problem = Withdrawn(str(errand.problem))
                if self._settles(errand):
                    done.append(errand)
            if not self._patient:
                break
        again = [errand for _, _, errand in self._again]
        for errand in again:
            errand.problem = Withdrawn("The run ended before the call could be asked again.")
        done += filter(self._settles, again)
        self._through, self._known, self._again = [], [], []
        if done:
            self._source.settle([errand for errand in done if errand.fault is None])
