"""Which of a task's answers on the front count, and why the others do not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.dateparse import parse_datetime

from curation.label_studio.records import RemoteAnnotation, RemoteTask
from curation.models import Annotation, AnnotationRound, StrayAnswer
from curation.services.pulling.naming import has_email, is_simulated, pseudonym


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One answer that can be stored; two that are equal need no writing."""

    task: int  # key
    annotator: str  # pseudonym
    label: int | None  # key; None is a skip
    seconds: float | None
    remote_id: int
    answered_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Stored:
    """An answer as it is stored now."""

    key: int
    annotator_key: int
    answer: Answer


def stored_answers(tasks: Sequence[int]) -> dict[tuple[int, str], Stored]:
    """(task key, pseudonym) → the answer there is."""
    rows = Annotation.objects.filter(task__in=tasks).values_list(
        "pk", "annotator", "task", "annotator__name", "label", "seconds", "remote_id", "answered_at"
    )
    found = {}
    for key, annotator, task, name, label, seconds, remote_id, answered_at in rows:
        answer = Answer(
            task=task,
            annotator=name,
            label=label,
            seconds=seconds,
            remote_id=remote_id or 0,
            answered_at=answered_at,
        )
        found[task, name] = Stored(key=key, annotator_key=annotator, answer=answer)
    return found


class Sorter:
    """Sorts a round's answers into those to store and strays.

    Args:
        tasks: remote task id → task key, of tasks that are ours.
        stored: what is stored for those tasks.
    """

    def __init__(
        self,
        target: AnnotationRound,
        tasks: Mapping[int, int],
        stored: Mapping[tuple[int, str], Stored],
    ) -> None:
        self._round = target
        self._tasks = tasks
        self._labels = dict(target.project.labels.values_list("name", "pk"))
        self._members = set(target.participations.values_list("annotator__name", flat=True))
        self._givers = {
            (task, entry.answer.remote_id, entry.answer.answered_at): name
            for (task, name), entry in stored.items()
        }
        self.answers: list[Answer] = []
        self.strays: list[StrayAnswer] = []
        self.simulated: set[str] = set()  # pseudonyms of programs

    def sort(self, remote_task: RemoteTask) -> None:
        task = self._tasks.get(remote_task.remote_id)
        answered: set[str] = set()
        newest_first = sorted(
            remote_task.annotations,
            key=lambda answer: (answer.updated_at, answer.remote_id),
            reverse=True,
        )
        for answer in newest_first:
            name = self._name(task, answer)
            reason = self._why_stray(answer, name, known_task=task is not None)
            if reason is None and name in answered:
                reason = StrayAnswer.Reason.REPEATED
            if reason is not None:
                self._set_aside(remote_task, answer, name, reason)
                continue
            answered.add(name)
            assert task is not None
            self._take(task, answer, name)

    def _name(self, task: int | None, answer: RemoteAnnotation) -> str:
        """The giver's pseudonym. One who left the server is known by what they gave before."""
        if has_email(answer.annotator) or task is None:
            return pseudonym(answer.annotator)
        given = (task, answer.remote_id, parse_datetime(answer.created_at))
        return self._givers.get(given, answer.annotator)

    def _why_stray(self, answer: RemoteAnnotation, name: str, *, known_task: bool) -> str | None:
        if not known_task:
            return StrayAnswer.Reason.UNKNOWN_TASK
        if not self._is_known(answer, name):
            return StrayAnswer.Reason.UNKNOWN_PERSON
        if answer.skipped:
            return None
        if not answer.label_codes:
            return StrayAnswer.Reason.NO_LABEL
        if len(answer.label_codes) > 1:
            return StrayAnswer.Reason.SEVERAL_LABELS
        if answer.label_codes[0] not in self._labels:
            return StrayAnswer.Reason.UNKNOWN_LABEL
        return None

    def _is_known(self, answer: RemoteAnnotation, name: str) -> bool:
        if name in self._members:
            return True
        if not has_email(answer.annotator):
            return name != answer.annotator
        return not self._round.invited_only

    def _take(self, task: int, answer: RemoteAnnotation, name: str) -> None:
        if is_simulated(answer.annotator):
            self.simulated.add(name)
        self.answers.append(
            Answer(
                task=task,
                annotator=name,
                label=None if answer.skipped else self._labels[answer.label_codes[0]],
                seconds=answer.seconds,
                remote_id=answer.remote_id,
                answered_at=parse_datetime(answer.created_at),
            )
        )

    def _set_aside(
        self, remote_task: RemoteTask, answer: RemoteAnnotation, name: str, reason: str
    ) -> None:
        self.strays.append(
            StrayAnswer(
                round=self._round,
                remote_task=remote_task.remote_id,
                remote_id=answer.remote_id,
                annotator=name,
                value=", ".join(answer.label_codes)[:200],
                reason=reason,
            )
        )
