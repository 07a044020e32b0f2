"""A study as somebody sends it, who may not have this server fetch what they like."""

from __future__ import annotations

import os

from curation.errors import BadInput
from training.studies.plan import StudyPlan

ALLOWED_BY = "CONCORD_ALLOW_DOWNLOADS"


def check_sent(plan: StudyPlan) -> None:
    """Whether a page or a program may ask for this study; commands may ask for any.

    Raises:
        BadInput: a run would fetch a model from the hub, which the operator has not allowed.
    """
    if os.environ.get(ALLOWED_BY) == "1":
        return
    fetching = [
        name
        for name, chosen in plan.classifiers.items()
        if any({**chosen, **arm.config}.get("hub") for arm in plan.arms)
    ]
    if fetching:
        raise BadInput(
            f"Classifier {fetching[0]!r} would fetch its model from the hub (hub: true), which is "
            f"not allowed here; name a folder, run the study by command, or set {ALLOWED_BY}=1."
        )
