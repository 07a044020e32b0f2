"""A project's agreement, worked out from all votes and kept until they change.

It is kept in a file of the project under `CONCORD_HOME/agreement`, named by a mark of its answers.
A page works it out itself while there are few; for many, the job `agreement` does.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from curation import frames
from curation.agreement.overview import Overview, overview
from curation.files import written_whole
from curation.models import Example, Project
from curation.services.agreement import is_simulated
from curation.services.quality.measuring import mark_of

LOG = logging.getLogger("concord.agreement")
AT_ONCE = 20_000  # answers that a page works it out from while somebody waits
FORMULAS = 1  # one more makes kept numbers old


@dataclass(frozen=True, kw_only=True)
class ProjectAgreement:
    """How far a project's annotators agree, as it was worked out last."""

    at: datetime
    answers: int
    fresh: bool  # nothing was answered or set aside since
    simulated: bool  # any vote came from a program
    overview: Overview | None  # None: nobody has voted


def project_agreement(
    project: Project, *, at_most: int = AT_ONCE, patience: float = 0.0
) -> ProjectAgreement | None:
    """The project's agreement, worked out anew if answers came and they are at most `at_most`.

    Args:
        patience: older numbers will do for so many times as long as it took to work them out,
            unless somebody's votes were set aside or taken back in.

    Returns:
        Older numbers where there are more answers; None where there are none yet.
    """
    mark = _mark(project)
    kept = _kept(project)
    if kept is not None and kept["mark"] == mark:
        return _read(kept, fresh=True)
    if kept is not None and kept["mark"]["set_aside"] == mark["set_aside"]:
        age = timezone.now() - datetime.fromisoformat(kept["at"])
        if age.total_seconds() < patience * kept["took"]:
            return _read(kept, fresh=False)
    if mark["answers"] <= at_most:
        return measure_agreement(project, needed=False)
    return None if kept is None else _read(kept, fresh=False)


def measure_agreement(project: Project, *, needed: bool = True) -> ProjectAgreement:
    """Work the project's agreement out from the votes on its pool and keep it.

    Args:
        needed: whether it is of no use unless it can be kept; a page shows it all the same.

    Raises:
        OSError: it cannot be kept, because the disk is full, and is `needed`.
    """
    started, mark = time.monotonic(), _mark(project)
    content = {
        "mark": mark,
        "simulated": is_simulated(project),
        "overview": _overview(project),
        "at": timezone.now().isoformat(),
        "took": round(time.monotonic() - started, 3),
    }
    try:
        _keep(_path(project), content)
    except OSError as error:
        if needed:
            raise
        LOG.warning("agreement of %s is not kept: %s", project.slug, error)
    return _read(content, fresh=True)


def _keep(path: Path, content: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with written_whole(path) as scratch:
        scratch.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def figures_of(known: ProjectAgreement) -> dict[str, Any]:
    """The statistics and cautions in plain form; empty where nobody has voted."""
    found = known.overview
    if found is None:
        return {}
    plain = found.as_json()
    statistics = {one.pop("name"): one for one in plain["figures"]}
    posterior = {
        "mean_agreement": found.posterior_mean,
        "half_width": found.half_width,
        "reach": plain["reach"],
    }
    cautions = [one.sentence for one in found.cautions]
    return {"statistics": statistics, "posterior": posterior, "cautions": cautions}


def _overview(project: Project) -> dict[str, Any] | None:
    found = frames.project_votes(project, split=Example.Split.POOL)
    if not found.votes.n_tasks:
        return None
    names = dict(project.annotators.values_list("pk", "name"))
    return overview(
        found.votes,
        label_names=list(project.labels.order_by("position").values_list("title", flat=True)),
        annotator_names=[names[key] for key in found.annotator_keys.tolist()],
    ).as_json()


def _mark(project: Project) -> dict[str, Any]:
    return {**mark_of(project), "formulas": FORMULAS}


def _path(project: Project) -> Path:
    return Path(settings.CONCORD_HOME) / "agreement" / f"{project.slug}.json"


def _kept(project: Project) -> dict[str, Any] | None:
    """What was kept for this project; None where nothing was, or it cannot be used any more."""
    try:
        kept: dict[str, Any] = json.loads(_path(project).read_text(encoding="utf-8"))
        ours = kept["mark"]["project"] == [project.pk, project.created_at.isoformat()]
        usable = ours and kept["mark"]["formulas"] == FORMULAS
        if usable:
            _read(kept, fresh=True)
        return kept if usable else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _read(content: Mapping[str, Any], *, fresh: bool) -> ProjectAgreement:
    plain = content["overview"]
    return ProjectAgreement(
        at=datetime.fromisoformat(content["at"]),
        answers=content["mark"]["answers"],
        fresh=fresh,
        simulated=content["simulated"],
        overview=None if plain is None else Overview.from_json(plain),
    )
