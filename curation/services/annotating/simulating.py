"""A simulated crowd at work on our own engine. Its answers are never people's answers."""

from __future__ import annotations

from curation.errors import AnnotationRefused, BadInput, NothingToDo
from curation.models import Annotation, AnnotationRound, Participation, Task
from curation.progress import Progress, silent
from curation.services.annotating.answering import Given, submit
from curation.services.annotating.joining import agree, join
from curation.services.annotating.serving import next_tasks
from curation.services.annotating.settling import needs_plan, settle_round
from curation.simulation import SimulatedAnnotator, SimulatedCrowd

LOOKED_AFTER = 200  # answers after which an adaptive round is looked at anew


def play_round(
    target: AnnotationRound, crowd: SimulatedCrowd, *, progress: Progress = silent
) -> int:
    """Let the crowd answer the round, in turns, until nothing is left for anybody.

    It goes through the same doors as people: leases, checks, adaptive overlap. May be killed and
    repeated at any point, with the same crowd.

    Returns:
        How many answers were given now.

    Raises:
        BadInput: the round is for people, or the crowd is smaller than its overlap.
        NothingToDo: a text has no intended label, so there is nothing to simulate from.
    """
    _check(target, crowd)
    at_work = [(person, _seat(target, person)) for person in crowd.annotators]
    given, looked_at = 0, 0
    while at_work:
        at_work = [(person, seat) for person, seat in at_work if _answer_one(crowd, person, seat)]
        given += len(at_work)
        progress(*_far(target), "simulated answers")
        if given - looked_at >= LOOKED_AFTER:
            looked_at = given
            if needs_plan(target):
                settle_round(target)
    return given


def _seat(target: AnnotationRound, person: SimulatedAnnotator) -> Participation:
    seat = join(target, person.name, simulated=True)
    if seat.state == Participation.State.INVITED:
        agree(seat)
    return seat


def _check(target: AnnotationRound, crowd: SimulatedCrowd) -> None:
    if not target.simulated or target.front != AnnotationRound.Front.SIMULATED:
        raise BadInput(
            f"Round {target.number} is not one of a simulated crowd; its answers would be taken "
            "for people's."
        )
    if len(crowd.annotators) < target.overlap:
        raise BadInput(
            f"A crowd of {len(crowd.annotators)} cannot give {target.overlap} votes to each text; "
            "make the crowd larger or the overlap smaller."
        )
    unknown = target.tasks.filter(
        purpose=Task.Purpose.VOTE, example__intended_label=None, example__gold_label=None
    ).select_related("example")
    if (task := unknown.first()) is not None:
        raise NothingToDo(
            f"Example {task.example.external_id!r} has no intended label, so a crowd cannot be "
            "simulated for it; real texts need real annotators or imported votes."
        )


def _answer_one(crowd: SimulatedCrowd, person: SimulatedAnnotator, seat: Participation) -> bool:
    """Let one program answer one task; False when there is nothing for it."""
    try:
        served = next_tasks(seat, count=1)
    except AnnotationRefused:
        return False  # paused or closed meanwhile; what was answered is kept
    if not served:
        return False
    task = (
        Task.objects.select_related("example__intended_label", "example__gold_label")
        .filter(leases__key=served[0].key)
        .get()
    )
    right = task.example.intended_label or task.example.gold_label
    assert right is not None, "checked before the crowd began"
    answer = crowd.answer(
        person,
        task.example.external_id,
        right.name,
        length=len(task.example.text),
        position=seat.answered,
        again=int(task.purpose == Task.Purpose.REPEAT),
    )
    submit(seat, served[0].key, Given(label=answer.label, skip=answer.skip, seconds=answer.seconds))
    return True


def _far(target: AnnotationRound) -> tuple[int, int]:
    """Votes there are, and votes there may be at most."""
    tasks = target.tasks.filter(purpose=Task.Purpose.VOTE)
    votes = Annotation.objects.votes().filter(task__round=target).count()
    return votes, tasks.count() * target.overlap
