"""A project's agreement, worked out from all votes and kept until they change.

It is kept in a file of the project under `CONCORD_HOME/agreement`, named by a mark of its answers.
A page works it out itself while there are few; for many, the job `agreement` does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from curation import frames
from curation.agreement.overview import Overview, overview
from curation.errors import NothingToDo
from curation.models import Example, Job, Project
from curation.services.aggregating.applying import check_name
from curation.services.agreement import AgreementSummary, is_simulated, summarise
from curation.services.answer_counts import answer_counts
from curation.services.kept import Content, KeptNumbers

AT_ONCE = 20_000  # answers that a page works it out from while somebody waits
NUMBERS = KeptNumbers(folder="agreement", formulas=1)


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
    newest = NUMBERS.newest(
        project,
        _kept(project),
        at_most=at_most,
        patience=patience,
        anew=lambda: _work_out(project, needed=False),
    )
    return None if newest is None else _read(newest.content, fresh=newest.fresh)


def measure_agreement(project: Project, *, needed: bool = True) -> ProjectAgreement:
    """Work the project's agreement out from the votes on its pool and keep it.

    Args:
        needed: whether it is of no use unless it can be kept; a page shows it all the same.

    Raises:
        OSError: it cannot be kept, because the disk is full, and is `needed`.
    """
    return _read(_work_out(project, needed=needed), fresh=True)


def _work_out(project: Project, *, needed: bool) -> Content:
    return NUMBERS.work_out(
        project,
        lambda: {"simulated": is_simulated(project), "overview": _overview(project)},
        needed=needed,
    )


def agreement_summary(project: Project, *, aggregator: str) -> dict[str, Any]:
    """As `agreement.summarise`; of many answers as the job `agreement` found it last.

    Raises:
        NothingToDo: nobody has voted yet, or there are many votes and no such job was done.
        BadInput: no such aggregator.
    """
    check_name(aggregator)
    if answer_counts(project).total <= AT_ONCE:
        return summarise(project, aggregator=aggregator).as_json()
    done = project.jobs.filter(
        kind="agreement", state=Job.State.SUCCESSFUL, result__aggregator=aggregator
    )
    found = done.order_by("-pk").values_list("result", flat=True).first()
    if found is None:
        raise NothingToDo(
            f"The agreement by {aggregator} has not been worked out; start the job agreement."
        )
    return {one.name: found[one.name] for one in fields(AgreementSummary)}


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


def _kept(project: Project) -> Content | None:
    """What was kept for this project; None where nothing was, or it cannot be used any more."""
    kept = NUMBERS.kept(project)
    try:
        if kept is not None:
            _read(kept, fresh=True)
    except (ValueError, KeyError, TypeError):
        return None
    return kept


def _read(content: Mapping[str, Any], *, fresh: bool) -> ProjectAgreement:
    plain = content["overview"]
    return ProjectAgreement(
        at=datetime.fromisoformat(content["at"]),
        answers=content["mark"]["answers"],
        fresh=fresh,
        simulated=content["simulated"],
        overview=None if plain is None else Overview.from_json(plain),
    )
