"""Warn, pause, requeue and back: standings, tasks and the audit trail."""

from __future__ import annotations

import pytest

from curation.errors import AnnotationRefused, BadInput
from curation.models import Annotation, AnnotationRound, Annotator, AnnotatorAction, Task
from curation.services.annotating.answering import Given, submit
from curation.services.annotating.progress import standing_of
from curation.services.annotating.rounds import RoundOptions, change_state
from curation.services.annotating.serving import next_tasks
from curation.services.quality.acting import act, verbs_for
from curation.services.quality.books import count_again
from curation.services.quality.impact import impact_of_requeue
from tests.curation.annotating.room import (
    answer,
    books,
    make_room,
    sit,
    take,
    votes_per_task,
    work_through,
)
from tests.factories import annotate, make_project, make_round

pytestmark = pytest.mark.django_db


def annotator(target: AnnotationRound, name: str) -> Annotator:
    return target.project.annotators.get(name=name)


def filled_room(*, texts: int = 4, people: int = 3) -> AnnotationRound:
    """Every text has the votes of `people` annotators, ann-1 first."""
    target = make_room(texts=texts)
    for number in range(1, people + 1):
        work_through(sit(target, f"ann-{number}"))
    return target


def do(target: AnnotationRound, name: str, verb: str) -> AnnotatorAction | None:
    done = act(annotator(target, name), verb, reason="told so", by="mira")
    return annotator(target, name).actions.last() if done.changed else None


def test_what_is_done_is_written_down_with_its_figures() -> None:
    target = filled_room()

    act(
        annotator(target, "ann-1"),
        "warn",
        reason="answers in a second",
        by="mira",
        evidence={"figures": {"speed": {"value": 0.9}}},
    )

    action = annotator(target, "ann-1").actions.get()
    assert (action.kind, action.reason, action.by) == ("warned", "answers in a second", "mira")
    assert action.figures == {"figures": {"speed": {"value": 0.9}}}


@pytest.mark.parametrize("verb", ["warn", "pause", "requeue"])
def test_doing_it_again_changes_nothing(verb: str) -> None:
    target = filled_room()

    assert do(target, "ann-1", verb) is not None
    assert do(target, "ann-1", verb) is None

    assert annotator(target, "ann-1").actions.count() == 1


def test_what_does_not_fit_how_somebody_stands_is_refused_with_what_does() -> None:
    target = filled_room()
    do(target, "ann-1", "requeue")

    with pytest.raises(BadInput, match=r"ann-1 is set aside.* what fits is restore"):
        do(target, "ann-1", "warn")

    assert annotator(target, "ann-1").standing == "excluded"


def test_nothing_is_done_without_a_reason() -> None:
    target = filled_room()

    with pytest.raises(BadInput, match="Say why"):
        act(annotator(target, "ann-1"), "requeue", reason="  ", by="mira")

    assert not AnnotatorAction.objects.exists()


def test_somebody_paused_gets_nothing_more_and_their_votes_count() -> None:
    target = make_room(texts=3)
    person = sit(target, "ann-1")
    answer(person)
    take(person)

    do(target, "ann-1", "pause")

    assert sum(votes_per_task(target)) == 1
    assert [leased for _, leased, _, _ in books(target)] == [0, 0, 0]
    with pytest.raises(AnnotationRefused, match="paused"):
        next_tasks(person)


def test_somebody_resumed_goes_on() -> None:
    target = make_room(texts=3)
    person = sit(target, "ann-1")
    do(target, "ann-1", "pause")

    do(target, "ann-1", "resume")

    assert work_through(person) == 3
    assert verbs_for(annotator(target, "ann-1")) == ["warn", "pause", "requeue"]


def test_votes_set_aside_do_not_count_and_their_texts_are_asked_of_others() -> None:
    target = filled_room(texts=4)

    action = do(target, "ann-1", "requeue")

    assert votes_per_task(target) == [2, 2, 2, 2]
    assert books(target) == [(2, 0, 1, "open")] * 4
    assert action is not None
    assert action.tasks == 4
    assert work_through(sit(target, "ann-4")) == 4
    assert work_through(sit(target, "ann-5")) == 0


def test_nobody_is_asked_again_where_votes_are_enough_without_theirs() -> None:
    target = make_room(texts=2, options=RoundOptions(overlap=2))
    for name in ("ann-1", "ann-2"):
        work_through(sit(target, name))
    first = target.tasks.order_by("pk").first()
    assert first is not None
    extra = target.project.annotators.create(name="late")
    label = target.project.labels.first()
    Annotation.objects.create(task=first, annotator=extra, label=label)
    Task.objects.filter(pk=first.pk).update(votes=3)

    impact = impact_of_requeue(annotator(target, "ann-1"))

    assert (impact.votes, impact.tasks, impact.enough) == (2, 1, 1)


def test_what_is_in_their_hands_goes_back_to_the_line() -> None:
    target = make_room(texts=1, options=RoundOptions(overlap=1))
    take(sit(target, "ann-1"))

    do(target, "ann-1", "requeue")

    assert work_through(sit(target, "ann-2")) == 1


def test_an_answer_under_way_when_somebody_is_set_aside_is_kept_and_does_not_count() -> None:
    target = make_room(texts=1)
    person = sit(target, "ann-1")
    served = take(person)
    do(target, "ann-1", "requeue")

    submit(person, served.key, Given(label="joke"))

    assert Annotation.objects.count() == 1
    assert books(target) == [(0, 0, 3, "open")]


def test_skips_set_aside_no_longer_close_a_text() -> None:
    target = make_room(texts=1, options=RoundOptions(most_skips=1))
    person = sit(target, "ann-1")
    submit(person, take(person).key, Given(skip="unclear"))
    assert books(target) == [(0, 0, 0, "set_aside")]

    do(target, "ann-1", "requeue")

    assert books(target) == [(0, 0, 3, "open")]


def test_the_way_back_keeps_what_others_gave_meanwhile() -> None:
    target = filled_room(texts=2)
    do(target, "ann-1", "requeue")
    answer(sit(target, "ann-4"))

    action = do(target, "ann-1", "restore")

    assert sorted(votes_per_task(target)) == [3, 4]
    assert [due for _, _, due, _ in books(target)] == [0, 0]
    assert action is not None
    assert (action.kind, action.tasks) == ("restored", 1)


def test_counting_that_was_interrupted_is_taken_up_by_doing_it_again() -> None:
    target = filled_room(texts=3)
    Annotator.objects.filter(name="ann-1").update(standing="excluded")

    done = act(annotator(target, "ann-1"), "requeue", reason="again", by="mira")

    assert not done.changed
    assert [due for _, _, due, _ in books(target)] == [1, 1, 1]
    assert count_again(annotator(target, "ann-1")) == 3
    assert [due for _, _, due, _ in books(target)] == [1, 1, 1]


@pytest.mark.parametrize(("state", "tasks", "elsewhere"), [("paused", 4, 0), ("closed", 0, 4)])
def test_the_impact_says_where_nobody_can_be_asked_again(
    state: str, tasks: int, elsewhere: int
) -> None:
    target = filled_room(texts=4)
    change_state(target, state)

    impact = impact_of_requeue(annotator(target, "ann-1"))

    assert (impact.votes, impact.tasks, impact.elsewhere) == (4, tasks, elsewhere)


def test_the_impact_tells_before_what_the_action_does() -> None:
    target = filled_room(texts=4)
    before = books(target)

    impact = impact_of_requeue(annotator(target, "ann-1"))

    assert books(target) == before
    assert impact.sentences()[:2] == [
        "4 votes would stop counting; none is deleted.",
        "4 texts would be asked of others, 0 would need no other vote.",
    ]


def test_a_warning_is_told_to_the_person_and_to_nobody_else() -> None:
    target = make_room(texts=3)
    warned, other = sit(target, "ann-1"), sit(target, "ann-2")

    act(annotator(target, "ann-1"), "warn", reason="fast", by="rule", told="Please slow down.")
    warned.annotator.refresh_from_db()

    assert standing_of(warned, in_hand=1).sentence == "Please slow down."
    assert standing_of(other, in_hand=1).sentence == ""


@pytest.mark.parametrize("gamma", [0.6, 0.9])
def test_an_adaptive_round_asks_again_only_where_the_decision_is_open(gamma: float) -> None:
    options = RoundOptions(overlap=5, first=2, gamma=gamma)
    target = make_room(texts=12, options=options)
    for number in range(4):
        work_through(sit(target, f"ann-{number}"), "joke" if number else "news")
    told = impact_of_requeue(annotator(target, "ann-0"))

    action = do(target, "ann-0", "requeue")

    after = [state for _, _, _, state in books(target)]
    assert told.tasks + told.enough == told.votes
    assert action is not None
    assert action.tasks == told.tasks == after.count("open") - untouched(target, "ann-0")


def untouched(target: AnnotationRound, name: str) -> int:
    """Open texts that this person never judged."""
    texts = target.tasks.filter(purpose=Task.Purpose.VOTE, state=Task.State.OPEN)
    return texts.exclude(annotations__annotator__name=name).count()


def test_on_label_studio_the_next_exchange_finds_what_is_due() -> None:
    project = make_project(overlap=2)
    target = make_round(project, front="label_studio")
    for number in range(3):
        annotate(project, ["joke", "news"])
        Task.objects.filter(pk=target.tasks.latest("pk").pk).update(
            remote_id=number, votes=2, wanted=2, state="full"
        )
    told = impact_of_requeue(annotator(target, "ann-1"))

    do(target, "ann-1", "requeue")

    assert (told.tasks, told.label_studio) == (3, 3)
    assert books(target) == [(1, 0, 1, "open")] * 3
    do(target, "ann-1", "restore")
    assert books(target) == [(2, 0, 0, "full")] * 3
