"""What setting an annotator's votes aside would mean, or letting them count again."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from curation.agreement import vote_counts
from curation.assignment import Demand, demand
from curation.bulk import chunked
from curation.models import Annotation, AnnotationRound, Annotator, Lease, Task
from curation.reporting import wording
from curation.services.annotating.rounds import ENGINE_FRONTS
from curation.services.annotating.settling import plan_of
from curation.services.quality.books import asking_rounds, judged_tasks, wanted_again

CHUNK = 500  # tasks looked at together


@dataclass(frozen=True, kw_only=True)
class Impact:
    """What changes when this person's votes stop counting, or count again."""

    restoring: bool  # they would count again
    votes: int  # that stop counting, or count again
    skips: int
    held: int  # texts in their hands, which others get now
    tasks: int  # of theirs that others are asked about then, or no longer; closed rounds aside
    enough: int  # tasks of such rounds for which nothing changes
    label_studio: int  # of `tasks`, asked by the next exchange with Label Studio
    elsewhere: int  # votes in closed rounds and imported ones: nobody can be asked again

    def sentences(self) -> list[str]:
        """The impact for people, most important first."""
        votes = wording.plural(self.votes, "vote")
        if self.restoring:
            said = [f"{votes} would count again."]
            if self.tasks:
                said.append(f"{wording.plural(self.tasks, 'text')} would not wait for others.")
            said.append("Votes that others gave meanwhile stay.")
            return said
        said = [f"{votes} would stop counting; none is deleted."]
        if self.tasks or self.enough:
            said.append(
                f"{wording.plural(self.tasks, 'text')} would be asked of others, "
                f"{self.enough:,} would need no other vote."
            )
        if self.label_studio:
            said.append(
                f"For {self.label_studio:,} of them that happens when the round is next pulled "
                "from Label Studio."
            )
        if self.elsewhere:
            said.append(
                f"{wording.plural(self.elsewhere, 'vote')} came by import or in closed rounds; "
                "nobody is asked again for them."
            )
        if self.held:
            said.append(f"{wording.plural(self.held, 'text')} in their hands would go to others.")
        return said


def impact_of_requeue(annotator: Annotator) -> Impact:
    """What `requeue` would do now. Nothing is written.

    For somebody whose votes do not count it tells what `restore` would do.
    """
    restoring = annotator.standing == Annotator.Standing.EXCLUDED
    answers = Annotation.objects.filter(annotator=annotator, task__purpose=Task.Purpose.VOTE)
    books, remote, beyond = Counter[bool](), 0, 0
    votes = answers.filter(label__isnull=False)
    for target in asking_rounds(annotator):
        if target.state == AnnotationRound.State.CLOSED:
            beyond += votes.filter(task__round=target).count()
            continue
        found = _books(target, annotator, restoring=restoring)
        books += found
        remote += found[True] if target.front not in ENGINE_FRONTS else 0
    imported = votes.filter(task__round__front=AnnotationRound.Front.VOTES)
    return Impact(
        restoring=restoring,
        votes=votes.count(),
        skips=answers.filter(label=None).count(),
        held=Lease.objects.filter(participation__annotator=annotator, held=True).count(),
        tasks=books[True],
        enough=books[False],
        label_studio=remote,
        elsewhere=beyond + imported.count(),
    )


def _books(target: AnnotationRound, annotator: Annotator, *, restoring: bool) -> Counter[bool]:
    """How many of this person's tasks in the round would be asked of others, and not."""
    rows = (
        judged_tasks(target, annotator)
        .order_by("pk")
        .values_list("pk", "annotations__label__position", "leased", "votes", "skips", "due")
    )
    found = Counter[bool]()
    for chunk in chunked(rows.iterator(chunk_size=CHUNK), CHUNK):
        table = np.array(
            [[-1 if cell is None else cell for cell in row] for row in chunk], dtype=np.int64
        )
        found.update(_changes(target, table, restoring=restoring))
    return found


def _changes(
    target: AnnotationRound, table: npt.NDArray[np.int64], *, restoring: bool
) -> list[bool]:
    """For each task, whether others would be asked for a vote; when restoring, for one less.

    Args:
        table: (T, 6) key, this person's label (-1 a skip), leased, votes, skips, due.
    """
    step = 1 if restoring else -1
    is_vote = table[:, 1] >= 0
    votes, skips = table[:, 3] + step * is_vote, table[:, 4] + step * ~is_vote
    is_open = _still_open(target, table, step=step)
    changed = []
    for row, (_, _, leased, _, _, due) in enumerate(table.tolist()):
        counted, skipped = int(votes[row]), int(skips[row])
        wanted = wanted_again(target, votes=counted, leased=leased)
        book = demand(
            Demand(wanted=wanted, votes=counted, leased=leased, skips=skipped),
            most=target.overlap,
            most_skips=target.most_skips,
            still_open=None if is_open is None else partial(bool, is_open[row]),
        )
        changed.append(book.due < due if restoring else book.state == Task.State.OPEN)
    return changed


def _still_open(
    target: AnnotationRound, table: npt.NDArray[np.int64], *, step: int
) -> npt.NDArray[np.bool_] | None:
    """(T,) whether an adaptive round would want one more vote; None for a fixed overlap."""
    if target.first_overlap is None:
        return None
    n_labels = len(target.project.label_names())
    votes = Annotation.objects.votes().filter(task__in=table[:, 0].tolist())
    rows = np.array(list(votes.values_list("task", "label__position")), dtype=np.int64)
    rows = rows.reshape(-1, 2)
    codes = np.searchsorted(table[:, 0], rows[:, 0])
    counts = vote_counts(codes, rows[:, 1], n_tasks=len(table), n_labels=n_labels)
    mine = np.flatnonzero(table[:, 1] >= 0)
    counts[mine, table[mine, 1]] += step
    return np.asarray(plan_of(target).verdicts(counts).decision == "open")
