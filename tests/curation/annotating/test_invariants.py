"""Four people and a researcher do whatever comes to mind; after every step the books are right."""

from __future__ import annotations

import random
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import pytest
from django.db.models import Count, Q
from django.utils import timezone

from curation.errors import AnnotationRefused
from curation.models import (
    Annotation,
    AnnotationChange,
    AnnotationRound,
    Annotator,
    Lease,
    Participation,
    StrayAnswer,
    Task,
)  # fmt: skip
from curation.services.annotating.answering import Given, submit, submit_and_go_on
from curation.services.annotating.rounds import (
    RoundOptions,
    add_new_texts,
    change_state,
    open_round,
)
from curation.services.annotating.serving import next_tasks
from curation.services.annotating.settling import settle_round
from curation.services.annotating.taking_back import undo
from curation.services.quality.acting import act, verbs_for
from tests.curation.annotating.room import make_room, sit, work_through
from tests.factories import make_example

pytestmark = pytest.mark.django_db

PEOPLE = ("ann", "bob", "cem", "dan")
STEPS = {
    "next_task": 4, "answer": 12, "answer_stale": 3, "skip": 2, "take_back": 4, "time_passes": 3,
    "judge": 3, "pause_round": 1, "refill": 1, "renew_plan": 1,
}  # fmt: skip


class Lab:
    """A fixed and an adaptive round of the same texts, and all that is done to them."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        fixed = make_room(texts=5, options=RoundOptions(overlap=2, most_skips=2))
        adaptive = open_round(fixed.project, RoundOptions(overlap=3, first=2, gamma=0.8))
        self.rounds = [fixed, adaptive]
        self.seats = [sit(target, name) for target in self.rounds for name in PEOPLE]
        self.keys: list[tuple[Participation, UUID]] = []  # that were ever handed out
        self.stored = 0
        self.beyond: Counter[int] = Counter()  # task → votes it had when some counted again

    def step(self) -> str:
        name = self.random.choices(list(STEPS), list(STEPS.values()))[0]
        with suppress(AnnotationRefused):
            getattr(self, name)()
        return name

    def seat(self) -> Participation:
        return Participation.objects.select_related("round__project", "annotator").get(
            pk=self.random.choice(self.seats).pk
        )

    def given(self) -> Given:
        return Given(label=self.random.choice(["joke", "joke", "news"]))

    def next_task(self) -> None:
        person = self.seat()
        served = next_tasks(person, count=self.random.randint(1, 3))
        self.keys += [(person, task.key) for task in served]

    def answer(self, given: Given | None = None) -> None:
        held = Lease.objects.filter(held=True).select_related("participation")
        if not held:
            return
        lease = self.random.choice(list(held))
        person = Participation.objects.select_related("round__project", "annotator").get(
            pk=lease.participation_id
        )
        went = submit_and_go_on(person, lease.key, given or self.given(), count=2)
        self.stored += not went.repeated
        self.keys += [(person, task.key) for task in went.tasks]

    def skip(self) -> None:
        self.answer(Given(skip="unclear"))

    def answer_stale(self) -> None:
        """A key that was handed out once: answered, taken back, run out or still in hand."""
        if self.keys:
            owner, key = self.random.choice(self.keys)
            person = Participation.objects.select_related("round__project").get(pk=owner.pk)
            self.stored += not submit(person, key, self.given()).repeated

    def take_back(self) -> None:
        person = self.seat()
        self.keys.append((person, undo(person).key))

    def time_passes(self) -> None:
        keys = list(Lease.objects.filter(held=True).values_list("pk", flat=True))
        over = self.random.sample(keys, len(keys) // 2)
        Lease.objects.filter(pk__in=over).update(expires_at=timezone.now() - timedelta(seconds=1))

    def judge(self) -> None:
        person = Annotator.objects.get(name=self.random.choice(PEOPLE))
        self.act(person, self.random.choice(verbs_for(person)))

    def act(self, person: Annotator, verb: str) -> None:
        act(person, verb, reason="a test", by="mira")
        for task in Task.objects.filter(purpose="vote"):
            self.beyond[task.pk] = max(self.beyond[task.pk], task.votes)

    def pause_round(self) -> None:
        target = self.random.choice(self.rounds)
        change_state(target, self.random.choice(["open", "open", "paused", "closed"]))

    def refill(self) -> None:
        make_example(self.rounds[0].project, f"text {self.random.random()}", intended="joke")
        for target in self.rounds:
            add_new_texts(target)

    def renew_plan(self) -> None:
        settle_round(AnnotationRound.objects.get(pk=self.rounds[1].pk))

    def end(self) -> None:
        """All are back, all rounds are open, nothing is in hand any more, and all is answered."""
        for person in Annotator.objects.filter(standing__in=["paused", "excluded"]):
            verb = "resume" if person.standing == "paused" else "restore"
            self.act(person, verb)
        for target in self.rounds:
            change_state(target, "open")
        for _ in range(3):
            past = timezone.now() - timedelta(seconds=1)
            Lease.objects.filter(held=True).update(expires_at=past)
            for seat in self.seats:
                work_through(Participation.objects.select_related("round").get(pk=seat.pk))


def check_books(lab: Lab) -> None:
    votes = Task.objects.filter(purpose=Task.Purpose.VOTE).select_related("round")
    counts = {
        kind: dict(rows.order_by().values_list("task").annotate(Count("pk")))
        for kind, rows in {
            "votes": Annotation.objects.votes(),
            "skips": Annotation.objects.counting().filter(label=None),
            "leased": Lease.objects.filter(held=True),
        }.items()
    }
    for task in votes:
        for kind, counted in counts.items():
            assert getattr(task, kind) == counted.get(task.pk, 0), (kind, task.pk)
        free = max(0, task.wanted - task.votes - task.leased)
        out_of_line = task.state != Task.State.OPEN or task.skips >= task.round.most_skips
        assert task.due == (0 if out_of_line else free)
        most = task.round.overlap
        assert task.wanted <= most
        assert task.votes <= max(most, lab.beyond[task.pk])
        assert (task.state == Task.State.FULL) == (task.votes >= most)


def check_people(lab: Lab) -> None:
    had = Counter(
        [
            *Annotation.objects.values_list("annotator", "task__example"),
            *Lease.objects.filter(held=True).values_list(
                "participation__annotator", "task__example"
            ),
        ]
    )
    assert not [place for place, times in had.items() if times > 1]
    answers = Annotation.objects.order_by().values_list("task__round", "annotator")
    given = {pair[:2]: pair[2] for pair in answers.annotate(Count("pk"))}
    for seat in Participation.objects.all():
        assert seat.answered == given.get((seat.round_id, seat.annotator_id), 0)
    undone = AnnotationChange.objects.filter(kind="undone").count()
    assert lab.stored == Annotation.objects.count() + undone
    late = StrayAnswer.objects.filter(~Q(reason="late"))
    assert not late.exists()


def check_nobody_is_left_out(lab: Lab) -> None:
    """What is still due was judged by everybody."""
    for task in Task.objects.filter(due__gt=0):
        judged = Annotation.objects.filter(task__example=task.example_id)
        assert judged.values("annotator").distinct().count() == len(PEOPLE), task.pk


@pytest.mark.parametrize("seed", [1, 2])
def test_books_stay_right_whatever_is_done(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("curation.services.annotating.answering.AT_ONCE", 1e9)
    monkeypatch.setattr("curation.services.annotating.line.LOOK_AGAIN", timedelta(0))
    lab = Lab(seed)

    for number in range(60):
        name = lab.step()
        try:
            check_books(lab)
            check_people(lab)
        except AssertionError as error:
            raise AssertionError(f"seed {seed}, step {number}: {name}") from error

    lab.stored = 0
    lab.end()
    check_books(lab)
    check_nobody_is_left_out(lab)
