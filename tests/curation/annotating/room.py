"""A round with texts, people in it, and shortcuts to let them work."""

from __future__ import annotations

from curation.models import Annotation, AnnotationRound, Participation, Project, Task
from curation.services.annotating.answering import Given, submit
from curation.services.annotating.joining import join
from curation.services.annotating.rounds import RoundOptions, open_round
from curation.services.annotating.serving import Served, next_tasks
from tests.factories import make_example, make_project


def make_room(*, texts: int = 4, options: RoundOptions | None = None) -> AnnotationRound:
    """A project of `texts` jokes and news in turn, and an open round on the built-in page."""
    project = make_project(overlap=3)
    for number in range(texts):
        make_example(project, f"text {number}", intended="joke" if number % 2 else "news")
    return open_round(project, options)


def add_known(project: Project, count: int, *, attention: bool = False) -> None:
    """Texts whose answer is `joke`, to check annotators with."""
    for number in range(count):
        example = make_example(project, f"known {number}", split="check", gold="joke")
        if attention:
            example.provenance = {"check": "attention"}
            example.save(update_fields=["provenance"])


def sit(target: AnnotationRound, name: str = "ann") -> Participation:
    return join(target, name)


def take(person: Participation) -> Served:
    """One task in this person's hands."""
    return next_tasks(person, count=1)[0]


def answer(person: Participation, label: str = "joke", *, served: Served | None = None) -> Served:
    served = served or take(person)
    submit(person, served.key, Given(label=label, seconds=1.5))
    return served


def work_through(person: Participation, label: str = "joke", *, most: int = 1_000) -> int:
    """Answer until nothing comes; how many answers."""
    for number in range(most):
        served = next_tasks(person, count=1)
        if not served:
            return number
        submit(person, served[0].key, Given(label=label))
    return most


def votes_per_task(target: AnnotationRound) -> list[int]:
    tasks = target.tasks.filter(purpose=Task.Purpose.VOTE).order_by("pk")
    return [Annotation.objects.votes().filter(task=task).count() for task in tasks]


def books(target: AnnotationRound) -> list[tuple[int, int, int, str]]:
    """(votes, leased, due, state) of every vote task."""
    tasks = target.tasks.filter(purpose=Task.Purpose.VOTE).order_by("pk")
    return list(tasks.values_list("votes", "leased", "due", "state"))
