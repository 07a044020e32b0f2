"""What the project's agreement and curated set would be without some annotators."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from curation import frames
from curation.datasets import Policy
from curation.datasets.without import Change, State, chosen_votes, without_votes
from curation.errors import NothingToDo
from curation.models import Annotator, DatasetVersion, Example, Project
from curation.services.agreement import number
from curation.services.quality.finding import get_annotator

USUAL_SHARE = 0.7  # kept within each label, where no version says another share
SHOWN = 50  # ids named in JSON


@dataclass(frozen=True, kw_only=True)
class Difference:
    """Votes with and without these annotators. Nothing was written."""

    names: tuple[str, ...]
    threshold: float  # γ of the project
    keep_share: float
    change: Change
    ids: list[str]  # external id at each position that `change` speaks of

    @property
    def removed(self) -> int:
        """Votes of these annotators."""
        return self.change.before.votes - self.change.after.votes

    def as_json(self) -> dict[str, Any]:
        change = self.change
        return {
            "names": list(self.names),
            "threshold": self.threshold,
            "keep_share": self.keep_share,
            "with": _plain(change.before),
            "without": _plain(change.after),
            "at_random": {
                "alpha": [number(change.chance_alpha.low), number(change.chance_alpha.high)],
                "mean_agreement": [
                    number(change.chance_agreement.low),
                    number(change.chance_agreement.high),
                ],
                "flipped": [
                    number(change.chance_flipped.low),
                    number(change.chance_flipped.high),
                ],
            },
            "flipped": self._named(change.flipped),
            "without_votes": self._named(change.silent),
            "policies": {
                name: {"enter": self._named(moved.entering), "leave": self._named(moved.leaving)}
                for name, moved in change.moved.items()
            },
        }

    def _named(self, positions: np.ndarray[Any, Any]) -> dict[str, Any]:
        shown = positions[:SHOWN].tolist()
        return {"count": len(positions), "ids": [self.ids[place] for place in shown]}


def without(project: Project, names: Sequence[str]) -> Difference:
    """Agreement, labels and kept texts of the pool with and without the votes of `names`.

    Kept at the project's threshold, and within each label at the share of the newest version that
    has one, else 0.7. Somebody whose votes are set aside counts on the side "with".

    Raises:
        BadInput: the project has nobody of such a name.
        NothingToDo: these annotators have no votes on texts of the pool.
    """
    people = [get_annotator(project, name) for name in dict.fromkeys(names)]
    found = frames.project_votes(project, split=Example.Split.POOL, excluded=True)
    excluded = project.annotators.filter(standing=Annotator.Standing.EXCLUDED)
    keys = found.annotator_keys[found.votes.worker]
    removed = np.isin(keys, [person.pk for person in people])
    counting = removed | ~np.isin(keys, list(excluded.values_list("pk", flat=True)))
    if not removed.any():
        raise NothingToDo(
            f"{', '.join(names)} gave no vote on a text of the pool, so nothing would change."
        )
    ids = frames.external_ids(found.example_keys, project)
    share = _share_kept(project)
    change = without_votes(
        chosen_votes(found.votes, counting),
        removed[counting],
        ids=ids,
        policies={
            "global": Policy(threshold=project.threshold),
            "within_label": Policy(keep_share=share),
        },
    )
    return Difference(
        names=tuple(person.name for person in people),
        threshold=project.threshold,
        keep_share=share,
        change=change,
        ids=ids,
    )


def _share_kept(project: Project) -> float:
    versions = DatasetVersion.objects.filter(project=project, policy__kind="within_label")
    newest = versions.order_by("number").last()
    return USUAL_SHARE if newest is None else float(newest.policy["keep_share"])


def _plain(state: State) -> dict[str, Any]:
    plain = asdict(state)
    return {
        name: number(value) if isinstance(value, float) else value for name, value in plain.items()
    }
