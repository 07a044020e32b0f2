"""Rounds on our own engine: opened, filled, paused, closed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet

from curation.assignment import Checks, balanced_order
from curation.bulk import count_rows_for_planner, insert_rows
from curation.errors import BadInput, NothingToDo
from curation.models import AnnotationRound, Example, Project, Task
from curation.models.project import ExampleQuerySet
from curation.services.auditing import record
from curation.services.lately import forget

ENGINE_FRONTS = (AnnotationRound.Front.PAGE, AnnotationRound.Front.SIMULATED)
MOST_OVERLAP = 1_000
MANY = 10_000  # rows that change what a planner should know
NEW_TEXTS = "new-texts"  # how many might join, told a while old


@dataclass(frozen=True, kw_only=True)
class RoundOptions:
    """How a round is held. What is not given follows the project."""

    overlap: int | None = None  # votes per task, at most
    first: int | None = None  # adaptive: votes every task gets; more only where it is open
    gamma: float | None = None  # adaptive: the threshold, in (0, 1]
    confidence: float = 0.98  # adaptive: share of decisions like the full overlap's, in (0.5, 1)
    answers_each: int | None = None  # tasks per annotator, at most
    lease_seconds: int = 900
    most_skips: int = 3  # then a task is set aside
    checks: Checks = field(default_factory=Checks)
    invited_only: bool = False
    consent: str = ""
    worker_parameter: str = ""
    completion_code: str = ""
    completion_url: str = ""


@transaction.atomic
def open_round(
    project: Project,
    options: RoundOptions | None = None,
    *,
    simulated: bool = False,
    only: Collection[int] | None = None,
) -> AnnotationRound:
    """Open a round on the built-in page, or of a simulated crowd, with the texts of the pool.

    Texts that were set aside by hand are left out.

    Args:
        only: keys of the texts to ask about; None: all, and later ones may join.

    Raises:
        BadInput: the options contradict themselves, or more known texts are wanted than there are.
        NothingToDo: no text may be judged, or checks are wanted and no text has a known answer.
    """
    options = options or RoundOptions()
    Project.objects.select_for_update().get(pk=project.pk)
    overlap = project.overlap if options.overlap is None else options.overlap
    check_options(options, overlap=overlap)
    texts = Example.objects.filter(project=project).to_judge()
    if only is not None:
        texts = texts.filter(pk__in=only)
    if not texts.exists():
        raise _nothing_to_judge(project, chosen=only is not None)
    front = AnnotationRound.Front.SIMULATED if simulated else AnnotationRound.Front.PAGE
    target = AnnotationRound.objects.create(
        project=project,
        number=(project.rounds.aggregate(last=Max("number"))["last"] or 0) + 1,
        front=front,
        simulated=simulated,
        chosen=only is not None,
        overlap=overlap,
        **_fields(options, threshold=project.threshold),
    )
    _add_texts(target, texts)
    add_known_texts(target, options.checks)
    said = {"front": target.front, "overlap": target.overlap}
    record("round.opened", project=project, thing=f"round {target.number}", after=said)
    return target


def _nothing_to_judge(project: Project, *, chosen: bool) -> NothingToDo:
    if chosen:
        return NothingToDo(
            "None of the chosen texts may be judged: they were set aside, or are not in the pool."
        )
    return NothingToDo(
        f"Project {project.slug!r} has no texts to judge; make some with manage.py generate "
        f"{project.slug}, or import them with manage.py import_examples {project.slug} FILE "
        "--split pool."
    )


def _fields(options: RoundOptions, *, threshold: float) -> dict[str, Any]:
    """The options as a round stores them."""
    return {
        "first_overlap": options.first,
        "gamma": None if options.first is None else (options.gamma or threshold),
        "confidence": options.confidence,
        "answers_each": options.answers_each,
        "lease_seconds": options.lease_seconds,
        "most_skips": options.most_skips,
        "checks": options.checks.as_json(),
        "invited_only": options.invited_only,
        "consent": options.consent.strip(),
        "worker_parameter": options.worker_parameter.strip(),
        "completion_code": options.completion_code.strip(),
        "completion_url": options.completion_url.strip(),
    }


def check_options(options: RoundOptions, *, overlap: int) -> None:
    """Whether a round can be held like this.

    Raises:
        BadInput: it cannot; the sentence says why.
    """
    if not 1 <= overlap <= MOST_OVERLAP:
        raise BadInput(f"Overlap is {overlap}, but it must be 1 to {MOST_OVERLAP}.")
    if options.first is not None and not 1 <= options.first <= overlap:
        raise BadInput(
            f"The first {options.first} votes are not within the overlap of {overlap}; "
            "give a number from 1 to the overlap."
        )
    if options.gamma is not None and not 0 < options.gamma <= 1:
        raise BadInput(f"The threshold is {options.gamma:g}, but it must be above 0, at most 1.")
    if not 0.5 < options.confidence < 1:
        raise BadInput(
            f"The confidence is {options.confidence:g}, but it must be between 0.5 and 1."
        )
    if options.answers_each is not None and options.answers_each < 1:
        raise BadInput("Give each annotator at least one task, or no limit.")
    if not 30 <= options.lease_seconds <= 86_400:
        raise BadInput(
            f"A task is held for {options.lease_seconds} seconds, but it must be 30 to 86400."
        )
    if options.most_skips < 1:
        raise BadInput("A task must be skippable at least once before it is set aside.")


@transaction.atomic
def add_new_texts(target: AnnotationRound) -> int:
    """Add the pool's texts that are not in the round yet to the end of its line; how many.

    None to a round of chosen texts.
    """
    if target.chosen:
        return 0
    forget(target.project, f"{NEW_TEXTS}-{target.number}")
    return _add_texts(target, Example.objects.filter(project=target.project).to_judge())


def _add_texts(target: AnnotationRound, texts: ExampleQuerySet) -> int:
    AnnotationRound.objects.select_for_update(no_key=True).get(pk=target.pk)  # work goes on
    asked = target.tasks.filter(purpose=Task.Purpose.VOTE)
    new = texts.not_among(asked).values_list("pk", "external_id", "intended_label")
    keys, groups = {}, {}
    for key, name, label in new.iterator(chunk_size=20_000):
        keys[name], groups[name] = key, str(label)
    last = asked.filter(urgency=1).aggregate(last=Max("position"))["last"]
    # those that are asked again left their places, which are not given twice
    start = max(asked.count(), 0 if last is None else last + 1)
    wanted = target.first_overlap or target.overlap
    order = balanced_order(groups, seed=f"{target.project.slug}/{target.number}")
    insert_rows(
        Task,
        ["round", "example", "position", "wanted", "due"],
        (
            (target.pk, keys[name], start + place, wanted, wanted)
            for place, name in enumerate(order)
        ),
    )
    if len(order) >= MANY:
        count_rows_for_planner(Task)
    return len(order)


def add_known_texts(target: AnnotationRound, checks: Checks) -> None:
    """Tasks whose answers are known; everybody may get each of them once."""
    for purpose, examples in known_texts(target.project, checks).items():
        keys = examples.values_list("pk", flat=True)
        rows = ((target.pk, key, purpose) for key in keys)
        insert_rows(Task, ["round", "example", "purpose"], rows)


def known_texts(project: Project, checks: Checks) -> dict[Task.Purpose, QuerySet[Example]]:
    """Purpose → the texts with known answers that can serve it; of what is wished only.

    Raises:
        BadInput: more are wanted than there are.
        NothingToDo: some are wanted and there are none.
    """
    known = project.examples.filter(split=Example.Split.CHECK, gold_label__isnull=False)
    attention = known.filter(provenance__check="attention")
    gold = known.exclude(pk__in=attention.values("pk"))
    if checks.known_needed and not gold.exists():
        raise NothingToDo(
            f"Project {project.slug!r} has no texts with known answers to check annotators "
            f"with; import some with manage.py import_examples {project.slug} FILE "
            "--split check."
        )
    if checks.qualification > gold.count():
        raise BadInput(
            f"A qualification of {checks.qualification} texts is wanted, but only {gold.count()} "
            "texts with known answers are there; ask for fewer, or import more with --split check."
        )
    if checks.attention and not attention.exists():
        raise NothingToDo(
            f"Project {project.slug!r} has no attention texts; import some with manage.py "
            f"import_examples {project.slug} FILE --split check --attention."
        )
    wishes: list[tuple[Task.Purpose, QuerySet[Example], bool]] = [
        (Task.Purpose.GOLD, gold, bool(checks.gold)),
        (Task.Purpose.QUALIFICATION, gold, bool(checks.qualification)),
        (Task.Purpose.ATTENTION, attention, bool(checks.attention)),
    ]
    return {purpose: texts for purpose, texts, wished in wishes if wished}


def change_state(target: AnnotationRound, state: str) -> None:
    """Open, pause or close a round. Answers under way are kept either way."""
    if state not in AnnotationRound.State.values:
        raise BadInput(f"A round cannot be {state!r}; it is open, paused or closed.")
    AnnotationRound.objects.filter(pk=target.pk).update(state=state)
    target.state = state


def withdraw_links(target: AnnotationRound) -> None:
    """Make all links given out so far void."""
    target.link_number += 1
    target.save(update_fields=["link_number"])
