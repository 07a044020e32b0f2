"""The book of one label: what it has, what is on its way, what it needs next."""

from __future__ import annotations

import heapq
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from curation.models import Label
from generation.errors import CallRefused
from generation.models import Call, Draft
from generation.models.calls import UNLABELLED
from generation.prompting.base import LabelBrief
from generation.prompting.cells import next_cell
from generation.prompting.label_last import labelling_messages
from generation.prompting.paraphrase import shown_texts
from generation.prompting.schema import examples_schema, labels_schema
from generation.providers.base import CompletionRequest, Message
from generation.screening.screen import SURPLUS
from generation.services.asking import label_brief
from generation.services.desk import Desk
from generation.services.drafts import NewDraft
from generation.services.materials import Stock
from generation.services.planned import Planned, Talk, messages_of

FEWEST = 3  # texts that a call asks for, however few are missing
PRIOR_GOOD, PRIOR_ALL = 9, 10  # texts believed to have passed the screening before any has


@dataclass(kw_only=True)
class Book:
    """One label of one run. Changed when a call is planned and again when it is settled."""

    desk: Desk
    label: Label
    stock: Stock
    quota: int  # examples wanted
    patience: int  # calls in a row that may give nothing
    most_calls: int  # writing calls, over all
    accepted: int = 0
    good: int = 0  # texts that passed the screening, wanted or not
    drafts: int = 0  # texts that came
    n_calls: int = 0  # writing calls planned
    dry: int = 0  # calls in a row that gave nothing
    shortfall: str = ""  # a sentence once it is known that the quota cannot be met
    asked_for: int = 0  # texts, by calls on their way
    writing: int = 0  # writing calls on their way
    waiting: list[tuple[int, str]] = field(default_factory=list)  # unlabelled drafts: key, text
    labelling: int = 0  # drafts in labelling calls on their way
    next_talk: int = 0  # number of the next conversation
    next_labelling: int = 0  # number of the next labelling call
    ready: list[tuple[int, Talk]] = field(default_factory=list)  # a heap: open conversations
    busy_turns: int = 0  # turns still to come in conversations whose last one is on its way
    unsettled: list[Planned] = field(default_factory=list)
    # calls that were under way when their process died, and whose answers can be found
    cells: Sequence[dict[str, str]] = ({},)
    per_cell: list[int] = field(default_factory=lambda: [0])  # texts had or asked for

    @property
    def brief(self) -> LabelBrief:
        return label_brief(self.label)

    @property
    def missing(self) -> float:
        """Examples still to be asked for, if what is on its way gives what it should."""
        coming = len(self.waiting) + self.labelling + self.asked_for * self.share_good
        return self.quota - self.accepted - coming

    @property
    def room(self) -> int:
        """Texts that may still be taken; what is good beyond that is surplus."""
        return max(0, self.quota - self.accepted - len(self.waiting) - self.labelling)

    @property
    def share_good(self) -> float:
        """Share of the texts that pass, in (0, 1]; most of them until we know better."""
        return (self.good + PRIOR_GOOD) / (self.drafts + PRIOR_ALL)

    @property
    def is_through(self) -> bool:
        return self.accepted >= self.quota or bool(self.shortfall)

    @property
    def may_ask(self) -> bool:
        """Whether a call may be due once none is on its way."""
        return bool(self.unsettled or self.waiting) or self._lacks_texts

    @property
    def _lacks_texts(self) -> bool:
        return not self.is_through and self.missing > 1e-6

    def next_call(self) -> Planned | None:
        """The label's next call, counted as on its way; None when none is due now."""
        if self.unsettled:
            return self._under_way(self.unsettled.pop(0))
        return self._labelling_call() or self._writing_call()

    def _under_way(self, planned: Planned) -> Planned:
        """Count a writing call as on its way."""
        self.writing += 1
        self.asked_for += planned.request.n_texts
        self.busy_turns += self._turns_left(planned.talk) - 1
        self.per_cell[self._place(planned)] += planned.request.n_texts
        return planned

    def _writing_call(self) -> Planned | None:
        if not self._lacks_texts or self._wait_for_turns():
            return None
        if self.n_calls >= self.most_calls:
            if not self.writing:
                self.give_up(
                    f"{self.n_calls} calls for label {self.label.name!r} were the most allowed "
                    f"and gave {self.accepted} of {self.quota}; raise --top-up to ask for more."
                )
            return None
        talk = heapq.heappop(self.ready)[1] if self.ready else self._new_talk()
        self.n_calls += 1
        return self._under_way(self._write(talk, n_texts=self._n_texts()))

    def _wait_for_turns(self) -> bool:
        """Whether the open conversations will give enough, so that no new one is begun."""
        turns = self.busy_turns
        if self.ready or turns <= 0:
            return False
        return turns * self.desk.asked.options.n_texts * self.share_good >= self.missing

    def _turns_left(self, talk: Talk) -> int:
        return self.desk.asked.turns - len(talk.turns)

    def _new_talk(self) -> Talk:
        self.next_talk += 1
        return Talk(number=self.next_talk - 1)

    def _n_texts(self) -> int:
        """Texts to ask for: as many as usual, fewer when fewer are missing."""
        usual = self.desk.asked.options.n_texts
        if self.desk.replays:
            return usual
        return min(usual, max(FEWEST, math.ceil(self.missing / self.share_good)))

    def _write(self, talk: Talk, *, n_texts: int) -> Planned:
        """The next call of a conversation, made of what is there now."""
        desk = self.desk
        cell = self.cells[next_cell(self.cells, self.per_cell, seed=desk.asked.seed)]
        material = self.stock.material(
            desk.asked,
            label=self.label.name,
            n_texts=n_texts,
            cell=cell,
            seed=self._seed(self._number(talk)),
        )
        brief = replace(desk.brief, n_texts=n_texts)
        turn = len(talk.turns)
        added = desk.asked.how.messages(brief, self.brief, turn=turn, material=material)
        return self.planned(talk, added, n_texts=n_texts, cell=cell)

    def planned(
        self, talk: Talk, added: Sequence[Message], *, n_texts: int, cell: Mapping[str, str]
    ) -> Planned:
        """The next call of a conversation, which adds these messages to it."""
        number = self._number(talk)
        options = replace(self.desk.asked.options, n_texts=n_texts)
        request = CompletionRequest(
            label=self.label.name,
            number=number,
            messages=messages_of(talk, added),
            n_texts=n_texts,
            temperature=options.temperature,
            max_tokens=options.answer_limit(),
            seed=self._seed(number),
            schema=examples_schema() if self.desk.schemas else None,
        )
        return Planned(
            kind=Call.Kind.WRITE,
            label=self.label,
            talk=talk,
            added=added,
            request=request,
            cell=cell,
            kin=shown_texts(added) if self.desk.asked.rewrites else (),
        )

    def _number(self, talk: Talk) -> int:
        return talk.number * self.desk.asked.turns + len(talk.turns)

    def _seed(self, number: int) -> int:
        return self.desk.seed_of(self.label.name, number)

    def _labelling_call(self) -> Planned | None:
        """The separate labelling pass, as soon as a call's worth of drafts waits for it."""
        options = self.desk.asked.options
        due = len(self.waiting) >= options.n_texts or (self.waiting and not self.writing)
        if not due:
            return None
        batch, self.waiting = self.waiting[: options.n_texts], self.waiting[options.n_texts :]
        texts = [text for _, text in batch]
        talk = Talk(number=self.next_labelling)
        self.next_labelling += 1
        self.labelling += len(batch)
        added = labelling_messages(self.desk.brief, texts)
        codes = [label.name for label in self.desk.brief.labels]
        name = f"labelling of {self.label.name}"
        request = CompletionRequest(
            label="",
            number=talk.number,
            messages=tuple(added),
            n_texts=len(batch),
            temperature=0.0,
            max_tokens=200 + 20 * len(batch),
            seed=self.desk.seed_of(name, talk.number),
            schema=labels_schema(codes) if self.desk.schemas else None,
        )
        return Planned(
            kind=Call.Kind.LABEL,
            label=self.label,
            talk=talk,
            added=added,
            request=request,
            drafts=[key for key, _ in batch],
        )

    def overdue(self, planned: Planned) -> None:
        """Expect nothing of the call any more, so that others are asked in its place.

        Nor of the rest of its conversation: a slow call would else hold up its whole label.
        """
        if planned.counted_on and planned.kind == Call.Kind.WRITE:
            planned.counted_on = False
            self.asked_for -= planned.request.n_texts
            turns = self.desk.asked.turns
            self.busy_turns -= turns - planned.request.number % turns - 1

    def came_back(self, planned: Planned, *, goes_on: bool) -> None:
        """A call is no longer on its way; `goes_on`: its conversation may have another turn."""
        n_texts = planned.request.n_texts
        if planned.kind == Call.Kind.LABEL:
            self.labelling -= len(planned.drafts)
            return
        self.writing -= 1
        self.overdue(planned)
        self.per_cell[self._place(planned)] -= n_texts
        if goes_on and self._turns_left(planned.talk) > 0:
            heapq.heappush(self.ready, (planned.talk.number, planned.talk))

    def took(self, planned: Planned, drafts: Sequence[NewDraft]) -> None:
        """What a writing call gave; good drafts are accepted, wait for a label or are surplus."""
        good = sum(draft.reason in ("", SURPLUS, UNLABELLED) for draft in drafts)
        self.drafts += len(drafts)
        self.good += good
        self.accepted += sum(not draft.reason for draft in drafts)
        self.per_cell[self._place(planned)] += good
        if not (good and self.desk.asked.options.label_last):  # else the labelling pass tells
            self._had(fruit=bool(good))

    def labelled(self, drafts: Sequence[Draft]) -> None:
        """What the labelling pass made of drafts that were good until then."""
        accepted = sum(not draft.reason for draft in drafts)
        self.accepted += accepted
        self.good -= len(drafts) - accepted
        self._had(fruit=bool(accepted))

    def was_refused(self, planned: Planned, problem: CallRefused) -> None:
        """A call that will never be answered; one whose first prompt is too long ends the label."""
        if problem.reason == "context_too_long":
            if planned.turn:  # its conversation is too long; another one begins
                return
            self.give_up(f"{problem} Ask for fewer texts a call or show fewer examples.")
        self._had(fruit=False)

    def _had(self, *, fruit: bool) -> None:
        """Whether a call gave anything."""
        self.dry = 0 if fruit else self.dry + 1
        self.lose_patience()

    def lose_patience(self) -> None:
        """End the label when too many calls in a row gave nothing."""
        if self.dry >= self.patience:
            self.give_up(
                f"The last {self.dry} calls for label {self.label.name!r} gave nothing that could "
                "be accepted; look at them (manage.py drafts), then change the prompt or the model."
            )

    def give_up(self, reason: str) -> None:
        self.shortfall = self.shortfall or reason

    def _place(self, planned: Planned) -> int:
        return next(place for place, cell in enumerate(self.cells) if cell == planned.cell)
