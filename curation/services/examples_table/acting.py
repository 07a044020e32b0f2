"""What is done with chosen examples: asked of annotators, set aside, taken back in."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db import transaction
from django.utils import timezone

from curation.errors import BadInput
from curation.importers.lines import is_storable
from curation.models import AnnotationRound, ExampleSummary, Project, SetAside
from curation.services.annotating.rounds import RoundOptions, open_round
from curation.services.examples_table.asked import ExampleFilter
from curation.services.examples_table.paging import all_keys
from curation.services.summaries import bring_up, held

AT_ONCE = 10_000  # examples that one action is for, at most
STEP = 1_000
LONGEST_REASON = 500


def chosen_keys(project: Project, wish: ExampleFilter) -> list[int]:
    """Keys of all examples that the filter means, for an action.

    Raises:
        BadInput: it means more than `AT_ONCE`, or something that is not in the project.
    """
    bring_up(project)
    keys: list[int] = []
    for some in all_keys(project, wish, step=STEP):
        keys += some
        if len(keys) > AT_ONCE:
            raise BadInput(
                f"More than {AT_ONCE:,} texts are like that, which is too many for one go; "
                "filter further, or choose texts one by one."
            )
    return keys


def named_keys(project: Project, names: Sequence[str]) -> list[int]:
    """Keys of the examples with these ids, in order.

    Raises:
        BadInput: one is not of the project.
    """
    found: dict[str, int] = {}
    for first in range(0, len(names), STEP):
        some = project.examples.filter(external_id__in=names[first : first + STEP])
        found.update(some.values_list("external_id", "pk"))
    if missing := next((name for name in names if name not in found), None):
        raise BadInput(f"Project {project.slug!r} has no example {missing!r}; nothing was done.")
    return sorted(found.values())


def of_project(project: Project, keys: Collection[int]) -> list[int]:
    """Those of the keys that are examples of the project, in order.

    Raises:
        BadInput: none is, or they are too many.
    """
    if len(keys) > AT_ONCE:
        raise BadInput(f"{len(keys):,} texts are too many for one go; choose up to {AT_ONCE:,}.")
    mine = project.examples.filter(pk__in=keys).order_by("pk").values_list("pk", flat=True)
    found = list(mine)
    if not found:
        raise BadInput("No text of this project was chosen; tick some, then say what to do.")
    return found


@transaction.atomic
def set_aside(project: Project, keys: Sequence[int], *, reason: str, by: str) -> int:
    """Take examples out by hand: dropped from later versions, asked of nobody in later rounds.

    Args:
        by: name of the user who does it.

    Returns:
        How many were not set aside before; the others keep the reason they had.

    Raises:
        BadInput: no reason, one that cannot be stored, or no example of the project.
    """
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON or not is_storable(reason):
        raise BadInput(
            f"Say in 1 to {LONGEST_REASON} characters why these texts are set aside; whoever "
            "reads the dataset will want to know."
        )
    mine = _locked(project, keys)
    there = SetAside.objects.filter(example__in=mine, undone_at=None)
    known = set(there.values_list("example", flat=True))
    new = [key for key in mine if key not in known]
    SetAside.objects.bulk_create(SetAside(example_id=key, reason=reason, by=by) for key in new)
    _mark(new, aside=True)
    return len(new)


@transaction.atomic
def take_back(project: Project, keys: Sequence[int], *, by: str) -> int:
    """Take examples in again that were set aside; how many were. The reasons are kept.

    Raises:
        BadInput: no example of the project.
    """
    mine = _locked(project, keys)
    there = SetAside.objects.filter(example__in=mine, undone_at=None)
    undone = there.update(undone_at=timezone.now(), undone_by=by)
    _mark(mine, aside=False)
    return undone


def send(project: Project, keys: Sequence[int], *, overlap: int | None = None) -> AnnotationRound:
    """Open a round on the built-in page with these texts alone.

    Args:
        overlap: votes for each text; None: as the project says.

    Raises:
        BadInput: no example of the project, or no such overlap.
        NothingToDo: none of them may be judged.
    """
    chosen = of_project(project, keys)
    return open_round(project, RoundOptions(overlap=overlap), only=chosen)


def _locked(project: Project, keys: Sequence[int]) -> list[int]:
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)  # one at a time
    return of_project(project, keys)


def _mark(keys: Sequence[int], *, aside: bool) -> None:
    other = [row.pk for row in held(keys) if row.aside != aside]
    ExampleSummary.objects.filter(pk__in=other).update(aside=aside)
