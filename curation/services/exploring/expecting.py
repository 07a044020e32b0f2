"""What a policy would keep, counted on the explorer's evidence instead of judging anew."""

from __future__ import annotations

from dataclasses import dataclass

from curation.datasets import Policy, PolicyError
from curation.errors import BadInput
from curation.models import Project
from curation.services.datasets.foreseeing import nothing_satisfies
from curation.services.exploring.evidence import find_evidence


@dataclass(frozen=True, kw_only=True)
class Expected:
    """A version that is not frozen yet, in counts."""

    kept: int
    judged: int
    labels: dict[str, int]  # kept, by label


def expected(project: Project, policy: Policy) -> Expected | None:
    """What `policy` keeps; None where nobody has laid out the votes of now.

    Raises:
        NothingToCurate: no example satisfies the policy.
        NothingToDo: nobody has voted yet.
        BadInput: the policy names a label that the project does not have.
    """
    found = find_evidence(project, aggregator=policy.aggregator)
    if found is None or not found.fresh:
        return None
    from curation.explorer.evidence_answers import answer

    try:
        told = answer(found.evidence, policy)
    except PolicyError as error:
        raise BadInput(str(error)) from error
    if not told.n_kept:
        raise nothing_satisfies(policy, judged=told.n_judged)
    labels = dict(zip(found.evidence.label_names, told.kept.tolist(), strict=True))
    return Expected(kept=told.n_kept, judged=told.n_judged, labels=labels)
