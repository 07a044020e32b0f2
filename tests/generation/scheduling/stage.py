"""A clock, a line and a source that tests move by hand: no thread, no socket, no waiting."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from generation.scheduling.allowance import Allowance
from generation.scheduling.engine import Engine
from generation.scheduling.errand import Errand
from generation.scheduling.gate import Gate, Limits
from generation.scheduling.transport import Transport


@dataclass(frozen=True)
class Said:
    """An answer."""

    text: str = ""
    tokens: int | None = 10
    allowance: Allowance | None = None


@dataclass(frozen=True)
class Outcome:
    """What becomes of one attempt: an answer, or something raised."""

    result: Said | BaseException
    seconds: float = 1.0


Job = Errand[str, Said]
Script = Callable[[str, int], Outcome]
# (request, attempt from 0) → what becomes of it


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Line(Transport[str, Said]):
    """A transport by the clock: calls come back when their script says."""

    def __init__(self, clock: Clock, script: Script) -> None:
        self.clock = clock
        self._script = script
        self._coming: list[tuple[float, int, Job, Outcome]] = []
        self._waiting: list[Job] = []
        self.attempts: Counter[str] = Counter()
        self.sent: list[tuple[float, str]] = []  # when, what
        self.most = 0  # on their way at the same time

    def send(self, errand: Job) -> None:
        errand.started = self.clock.now
        outcome = self._script(errand.request, self.attempts[errand.request])
        self.attempts[errand.request] += 1
        self.sent.append((self.clock.now, errand.request))
        due = self.clock.now + outcome.seconds
        heapq.heappush(self._coming, (due, len(self.sent), errand, outcome))
        self.most = max(self.most, len(self._coming))

    def stand_by(self, errand: Job) -> None:
        self._waiting.append(errand)

    def withdraw(self) -> list[Job]:
        back, self._waiting = self._waiting[::-1], []
        return back

    def collect(self, *, timeout: float) -> list[Job]:
        until = self.clock.now + timeout
        if not self._coming or self._coming[0][0] > until:
            self.clock.now = until
            return []
        self.clock.now = max(self.clock.now, self._coming[0][0])
        back = []
        while self._coming and self._coming[0][0] <= self.clock.now:
            _, _, errand, outcome = heapq.heappop(self._coming)
            _put(errand, outcome)
            if errand.answer is not None and self._waiting:
                self.send(self._waiting.pop(0))
            back.append(errand)
        return back

    @property
    def order(self) -> list[str]:
        """What was sent, one after the other."""
        return [request for _, request in self.sent]

    def times(self, request: str) -> list[float]:
        """When a request was sent, each time."""
        return [when for when, what in self.sent if what == request]


def _put(errand: Job, outcome: Outcome) -> None:
    from generation.errors import ProviderProblem

    errand.answer, errand.problem, errand.seconds = None, None, outcome.seconds
    if isinstance(outcome.result, Said):
        errand.answer = outcome.result
    elif isinstance(outcome.result, ProviderProblem):
        errand.problem = outcome.result
    else:
        errand.fault = outcome.result


@dataclass
class Orders:
    """A source with a list of requests; keeps how each of them ended."""

    wanted: list[str]
    expected: float = 10.0  # tokens of a call
    spread: float = 0.0
    may_doubt: bool = True
    known: set[str] = field(default_factory=set)  # answered without being asked
    claimed: list[Job] = field(default_factory=list)
    settled: list[Job] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    doubted: list[str] = field(default_factory=list)

    def claim(self, n: int) -> Sequence[Job]:
        taken, self.wanted = self.wanted[:n], self.wanted[n:]
        new = [Job(request=name, tokens=self.expected, spread=self.spread) for name in taken]
        for errand in new:
            if errand.request in self.known:
                errand.answer = Said("known")
        self.claimed += new
        return new

    def more(self) -> bool:
        return bool(self.wanted)

    def settle(self, errands: Sequence[Job]) -> None:
        for errand in errands:
            assert errand not in self.settled, f"{errand.request} was settled before"
            assert errand.answer is not None or errand.problem is not None
        self.settled += errands

    def overdue(self, errand: Job) -> None:
        self.late.append(errand.request)

    def doubt(self, errand: Job) -> bool:
        self.doubted.append(errand.request)
        return self.may_doubt

    @property
    def answered(self) -> list[str]:
        return [errand.request for errand in self.settled if errand.answer is not None]

    def problem_of(self, request: str) -> Any:
        """What a call ended with instead of an answer."""
        (errand,) = [errand for errand in self.settled if errand.request == request]
        return errand.problem


@dataclass
class Stage:
    """An engine with all that it acts on."""

    source: Orders
    line: Line
    gate: Gate
    engine: Engine[str, Said]

    def play(self, *, most_steps: int = 10_000) -> None:
        """Run to the end, or complain that there is none."""
        for number, _ in enumerate(self.engine.run()):
            assert number < most_steps, "it does not end"

    def steps(self) -> Iterator[None]:
        return self.engine.run()


def answers(request: str, attempt: int) -> Outcome:
    """Everything is answered after a second."""
    return Outcome(Said(request))


def stage(
    wanted: int | Sequence[str],
    script: Script = answers,
    *,
    limits: Limits | None = None,
    patient: bool = True,
    **orders: Any,
) -> Stage:
    """`wanted` calls named "0", "1", ..., or the ones named."""
    names = [str(number) for number in range(wanted)] if isinstance(wanted, int) else list(wanted)
    source, clock = Orders(names, **orders), Clock()
    line, gate = Line(clock, script), Gate(limits or Limits(parallel=4))
    engine = Engine(source, line, gate, patient=patient, clock=clock)
    return Stage(source, line, gate, engine)


def unless(special: dict[str, list[Outcome]]) -> Script:
    """Everything is answered, but the first attempts at some requests meet these outcomes."""

    def script(request: str, attempt: int) -> Outcome:
        planned = special.get(request, [])
        return planned[attempt] if attempt < len(planned) else answers(request, attempt)

    return script
