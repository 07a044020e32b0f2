"""What a person sees next, as the page and its script are told it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from curation.assignment import Checks
from curation.errors import AnnotationRefused
from curation.models import AnnotationRound, Participation, Project, SkipReason
from curation.reporting import LabelStyle
from curation.reporting.readable import readable
from curation.services.annotating.progress import Standing, standing_of
from curation.services.annotating.serving import Served, next_tasks

STEP = 10  # what is left is told in steps of so many, where it is told roughly
AHEAD = 3  # the text that is shown and two more, so that a moment offline stops nobody
KEYS = "1234567890abcdefhijklmnopqrtuvwxy"  # g, s and z mean something else


@dataclass(frozen=True, kw_only=True)
class Scene:
    """The tasks in a person's hands, and where they stand."""

    tasks: list[Served]
    standing: Standing
    refusal: AnnotationRefused | None = None  # why there are no tasks, if that was said
    about: bool = False  # what is left is told roughly

    @property
    def name(self) -> str:
        """What the page shows: "task", "finished", "waiting" or "stopped"."""
        if self.tasks:
            return "task"
        if self.standing.finished:
            return "finished"
        return "waiting" if self.standing.waiting else "stopped"

    @property
    def sentence(self) -> str:
        return str(self.refusal) if self.refusal else self.standing.sentence

    @property
    def note(self) -> str:
        """What is said beside a text, as to somebody who was warned."""
        return self.sentence if self.tasks else ""

    @property
    def completion_url(self) -> str:
        """Where to go back to, if it is an address of the web and nothing else."""
        url = self.standing.completion_url
        return url if urlsplit(url).scheme in {"http", "https"} else ""

    @property
    def left(self) -> int | None:
        """Answers still to come. Where checks are among them, a number to the text would tell
        which text was one: it goes down with every other."""
        left = self.standing.left
        return -(-left // STEP) * STEP if left and self.about else left

    @property
    def whole(self) -> int | None:
        """Answers given and still to come, if that can be said."""
        return None if self.left is None else self.standing.answered + self.left

    @property
    def far(self) -> str:
        """How far this person is, in words; the script says the same."""
        answered = f"{self.standing.answered:,}"
        if self.left is None:
            return f"{answered} answered"
        if self.about and self.left:
            return f"{answered} answered, about {self.left:,} left"
        return f"{answered} of {self.whole:,}"


def scene_of(participation: Participation) -> Scene:
    """Hand this person what they get next. Being through outweighs why nothing comes."""
    tasks, refusal = [], None
    try:
        tasks = next_tasks(participation, count=AHEAD)
    except AnnotationRefused as error:
        refusal = error
    return scene_with(participation, tasks, refusal)


def scene_with(
    participation: Participation, tasks: list[Served], refusal: AnnotationRefused | None
) -> Scene:
    """The scene where these tasks were handed out, or the refusal was said."""
    standing = standing_of(participation, in_hand=len(tasks))
    return Scene(
        tasks=tasks,
        standing=standing,
        refusal=None if standing.finished else refusal,
        about=told_roughly(participation.round, standing),
    )


def told_roughly(target: AnnotationRound, standing: Standing) -> bool:
    """Whether checks are among the texts and nothing else says how many there are in all.

    The number of texts ahead grows by one when a check is handed out. A limit does not, where it
    is what ends the work.
    """
    checks = Checks.from_json(target.checks)
    return not standing.limited and bool(checks.gold or checks.attention or checks.repeat)


def standing_json(scene: Scene) -> dict[str, Any]:
    return {
        "answered": scene.standing.answered,
        "left": scene.left,
        "about": scene.about,
        "finished": scene.standing.finished,
        "waiting": scene.standing.waiting,
        "consent": bool(scene.standing.consent),
        "code": scene.standing.code,
        "completion_url": scene.completion_url,
        "sentence": scene.sentence,
        "note": scene.note,
        "scene": "stopped" if scene.name == "task" else scene.name,
    }


def tasks_json(tasks: Iterable[Served]) -> list[dict[str, Any]]:
    """Tasks as the script gets them: nothing in them tells what a task is for."""
    return [
        {
            "key": str(task.key),
            "text": readable(task.text),
            "again": task.again,
            "label": task.label,
        }
        for task in tasks
    ]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One button: a label or a reason to skip."""

    value: str
    title: str
    key: str  # on the keyboard; "" when keys have run out
    css: str = ""
    description: str = ""


def label_choices(project: Project) -> list[Choice]:
    rows = project.labels.order_by("position").values_list("name", "title", "description")
    return [
        Choice(
            value=name,
            title=readable(title),
            description=readable(description),
            key=KEYS[position] if position < len(KEYS) else "",
            css=LabelStyle(name=name, title=title, position=position).css,
        )
        for position, (name, title, description) in enumerate(rows)
    ]


def skip_choices() -> list[Choice]:
    return [
        Choice(value=value, title=title[:1].upper() + title[1:], key=str(number))
        for number, (value, title) in enumerate(SkipReason.choices, start=1)
    ]
