"""The calls of one label in one run, one after the other."""

from __future__ import annotations

from collections.abc import Sequence

from curation.models import Label
from generation.models import Call, Draft
from generation.prompting.conversation import Turn, conversation
from generation.prompting.few_shot import draw_shots
from generation.providers.base import Completion, CompletionRequest, Message
from generation.scheduling.engine import Answered
from generation.scheduling.shares import call_seed, equal_shares
from generation.services.asking import label_brief
from generation.services.runs import dry_calls
from generation.services.storing import Answer, Desk, store_answer, take_surplus


class LabelStream:
    """What is still to be asked for one label. Picks up where the stored calls end."""

    def __init__(
        self,
        desk: Desk,
        label: Label,
        *,
        seed_pool: Sequence[str],  # real texts of the label, if the method shows any
        quota: int,  # examples wanted
        patience: int,  # calls in a row that may give nothing
    ) -> None:
        self.label = label
        self.quota = quota
        self.shortfall = ""  # a sentence once it is known that the quota cannot be met
        self._desk = desk
        self._asked = desk.asked
        self._seed_pool = seed_pool
        self._patience = patience
        self._added: Sequence[Message] = ()
        calls = Call.objects.filter(run=desk.run, label=label)
        self.n_calls = calls.count()
        self.accepted = Draft.objects.filter(call__in=calls).accepted().count()
        self._dry = dry_calls(desk.run, label_key=label.pk)
        self._lose_patience()

    def use_surplus(self) -> None:
        """Take what earlier calls gave beyond what was asked for then."""
        if self.accepted < self.quota:
            room = self.quota - self.accepted
            self.accepted += take_surplus(self._desk, self.label, room=room)

    def next_request(self) -> CompletionRequest | None:
        """The label's next call with its conversation so far, or None when it is through."""
        if self.accepted >= self.quota or self.shortfall:
            return None
        seed = call_seed(self._asked.seed, label=self.label.name, number=self.n_calls)
        options = self._asked.options
        earlier = self._earlier_turns()
        self._added = self._asked.how.messages(
            self._desk.brief,
            label_brief(self.label),
            turn=len(earlier),
            shots=draw_shots(self._seed_pool, k=options.shots, seed=seed)
            if self._seed_pool
            else (),
        )
        return CompletionRequest(
            label=self.label.name,
            number=self.n_calls,
            messages=conversation(earlier, added=self._added),
            n_texts=options.n_texts,
            temperature=options.temperature,
            max_tokens=options.answer_limit(),
            seed=seed,
        )

    def settle(self, answered: Answered[CompletionRequest, Completion]) -> None:
        """Store an answer; it counts from the moment this returns."""
        number, turn = divmod(self.n_calls, self._asked.turns)
        answer = Answer(
            label=self.label,
            conversation=number,
            turn=turn,
            added=self._added,
            completion=answered.answer,
            seconds=answered.seconds,
        )
        gained = store_answer(self._desk, answer, room=self.quota - self.accepted)
        self.n_calls += 1
        self.accepted += gained
        self._dry = 0 if gained else self._dry + 1
        self._lose_patience()

    def give_up(self, reason: str) -> None:
        self.shortfall = reason

    def _lose_patience(self) -> None:
        if self._dry >= self._patience:
            self.shortfall = (
                f"The last {self._dry} calls for label {self.label.name!r} gave nothing that could "
                "be accepted; look at the rejected drafts, then change the prompt or the model."
            )

    def _earlier_turns(self) -> list[Turn]:
        """The finished turns of the conversation that the next call belongs to."""
        number = self.n_calls // self._asked.turns
        calls = Call.objects.filter(run=self._desk.run, label=self.label, conversation=number)
        return [Turn(added=call.messages, answer=call.answer) for call in calls.order_by("turn")]


def open_streams(
    desk: Desk, *, seed_pools: dict[str, list[str]], patience: int
) -> list[LabelStream]:
    """One stream per label, the one with the fewest calls first; shares of the target are equal."""
    labels = list(desk.run.project.labels.order_by("position"))
    quotas = equal_shares(desk.run.target, n_labels=len(labels))
    streams = [
        LabelStream(desk, label, seed_pool=seed_pools[label.name], quota=quota, patience=patience)
        for label, quota in zip(labels, quotas, strict=True)
    ]
    for stream in streams:
        stream.use_surplus()
    return sorted(streams, key=lambda stream: stream.n_calls)
