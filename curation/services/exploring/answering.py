"""What a policy keeps of a project's evidence, in plain numbers for programs."""

from __future__ import annotations

from dataclasses import dataclass

from curation.datasets import Policy, PolicyError
from curation.errors import BadInput
from curation.models import Project
from curation.services.exploring.evidence import find_evidence
from curation.services.exploring.reading import Reading, read_margin
from curation.services.report.examples import styles_of


@dataclass(frozen=True, kw_only=True)
class KeptOfLabel:
    label: str
    judged: int
    kept: int


@dataclass(frozen=True, kw_only=True)
class Explored:
    """The explorer's answer to one policy."""

    policy_sentence: str
    judged: int
    kept: int
    labels: list[KeptOfLabel]
    dropped: dict[str, int]  # reason → texts; reasons of none are left out
    minority: str | None  # label that fewest texts carry
    mean_length_judged: float | None  # characters
    mean_length_kept: float | None
    votes_behind: int  # on what is kept
    evidence_at: str  # ISO 8601
    fresh: bool


def next_to_the_line(project: Project, policy: Policy, *, page: int) -> Reading | None:
    """Texts that `policy` just keeps and just drops, the nearest first; None and errors as below.

    Args:
        page: from 1.
    """
    found = find_evidence(project, aggregator=policy.aggregator)
    if found is None:
        return None
    from curation.explorer.evidence_selection import select

    try:
        selection = select(found.evidence, policy)
    except PolicyError as error:
        raise BadInput(str(error)) from error
    return read_margin(project, found.evidence, selection, styles_of(project), page=page)


def explored(project: Project, policy: Policy) -> Explored | None:
    """What `policy` keeps; None where the job has to lay the evidence out first.

    Raises:
        NothingToDo: nobody has voted yet.
        BadInput: no such aggregator, or a label that the project does not have.
    """
    found = find_evidence(project, aggregator=policy.aggregator)
    if found is None:
        return None
    from curation.explorer.evidence_answers import answer

    try:
        told = answer(found.evidence, policy)
    except PolicyError as error:
        raise BadInput(str(error)) from error
    names = found.evidence.label_names
    dropped = {reason: int(counts.sum()) for reason, counts in told.reasons.items()}
    return Explored(
        policy_sentence=policy.sentence(),
        judged=told.n_judged,
        kept=told.n_kept,
        labels=[
            KeptOfLabel(label=name, judged=int(told.judged[place]), kept=int(told.kept[place]))
            for place, name in enumerate(names)
        ],
        dropped={reason: n for reason, n in dropped.items() if n},
        minority=None if told.minority is None else names[told.minority],
        mean_length_judged=None if told.length is None else float(told.length.judged),
        mean_length_kept=None if told.length is None else float(told.length.kept),
        votes_behind=0 if told.voters is None else int(told.voters.votes),
        evidence_at=found.at.isoformat(),
        fresh=found.fresh,
    )
