"""Numbers worked out from all answers of a project, kept in a file until the answers change.

One file for each project, `CONCORD_HOME/FOLDER/SLUG.json`, with a mark of the answers it rests on.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Max
from django.utils import timezone

from curation.files import written_whole
from curation.models import AnnotationChange, AnnotatorAction, Project
from curation.services.answer_counts import answer_counts

LOG = logging.getLogger("concord.kept")

Content = dict[str, Any]  # "mark", "at", "took" in seconds, and the numbers


@dataclass(frozen=True, kw_only=True)
class Newest:
    """What is shown: the numbers kept last, and whether the answers are still those."""

    content: Content
    fresh: bool


@dataclass(frozen=True, kw_only=True)
class KeptNumbers:
    """One kind of numbers, by the folder they are kept in."""

    folder: str
    formulas: int  # one more makes what is kept useless

    def mark(self, project: Project, **further: Any) -> dict[str, Any]:
        """Names the state of a project's answers; cheap.

        Args:
            further: what else the numbers rest on.
        """
        answers = answer_counts(project)
        changes = AnnotationChange.objects.filter(annotator__project=project)
        moved = AnnotatorAction.objects.filter(
            annotator__project=project,
            kind__in=[AnnotatorAction.Kind.REQUEUED, AnnotatorAction.Kind.RESTORED],
        )
        return {
            "project": _names(project),
            "answers": answers.total,
            "last": answers.last,
            "changes": changes.aggregate(last=Max("pk"))["last"],
            "set_aside": moved.aggregate(last=Max("pk"))["last"],
            "formulas": self.formulas,
            **further,
        }

    def kept(self, project: Project) -> Content | None:
        """What was kept for this project; None where nothing was, or it is of no use any more."""
        try:
            content: Content = json.loads(self.path(project).read_text(encoding="utf-8"))
            ours = content["mark"]["project"] == _names(project)
            return content if ours and content["mark"]["formulas"] == self.formulas else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def work_out(
        self, project: Project, work: Callable[[], Mapping[str, Any]], *, needed: bool = True
    ) -> Content:
        """Numbers worked out now, and kept.

        Args:
            needed: whether they are of no use unless they can be kept.

        Raises:
            OSError: they cannot be kept, because the disk is full, and are `needed`.
        """
        started, mark = time.monotonic(), self.mark(project)
        content = {"mark": mark, **work(), "at": timezone.now().isoformat()}
        content["took"] = round(time.monotonic() - started, 3)
        try:
            self.keep(project, content)
        except OSError as error:
            if needed:
                raise
            LOG.warning("%s of %s is not kept: %s", self.folder, project.slug, error)
        return content

    def keep(self, project: Project, content: Content) -> None:
        path = self.path(project)
        path.parent.mkdir(parents=True, exist_ok=True)
        with written_whole(path) as scratch:
            scratch.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")

    def newest(
        self,
        project: Project,
        kept: Content | None,
        *,
        at_most: int,
        patience: float,
        anew: Callable[[], Content],
    ) -> Newest | None:
        """What is kept, or worked out anew if answers came and they are at most `at_most`.

        Args:
            patience: older numbers will do for so many times as long as it took to work them
                out, unless somebody's votes were set aside or taken back in.

        Returns:
            Older numbers where there are more answers; None where there are none yet.
        """
        mark = self.mark(project)
        if kept is not None and kept["mark"] == mark:
            return Newest(content=kept, fresh=True)
        same_people = kept is not None and kept["mark"]["set_aside"] == mark["set_aside"]
        if kept is not None and same_people and age_of(kept) < patience * kept["took"]:
            return Newest(content=kept, fresh=False)
        if mark["answers"] <= at_most:
            return Newest(content=anew(), fresh=True)
        return None if kept is None else Newest(content=kept, fresh=False)

    def path(self, project: Project) -> Path:
        return Path(settings.CONCORD_HOME) / self.folder / f"{project.slug}.json"


def age_of(content: Content) -> float:
    """Seconds since the numbers were worked out."""
    return (timezone.now() - datetime.fromisoformat(content["at"])).total_seconds()


def _names(project: Project) -> list[Any]:
    return [project.pk, project.created_at.isoformat()]
