"""The separate labelling pass: texts written before get a label by a call that sees no wish."""

from __future__ import annotations

from collections.abc import Sequence

from generation.models import Call, Draft
from generation.prompting.label_last import parse_labels
from generation.services.desk import Desk
from generation.services.planned import Planned

MISMATCH = "label_mismatch"  # another label of the set than the one intended
UNKNOWN = "label_unknown"  # none of the set


def label_drafts(desk: Desk, planned: Planned, call: Call) -> Sequence[Draft]:
    """Give the call's drafts the labels it assigned; accepted are those that were meant so."""
    found = Draft.objects.filter(pk__in=planned.drafts).select_related("call__label")
    by_key = {draft.pk: draft for draft in found}
    drafts = [by_key[key] for key in planned.drafts]
    codes = parse_labels(call.answer, n_texts=len(drafts), labels=desk.brief.labels)
    labels = {label.name: label for label in desk.run.project.labels.all()}
    for draft, code in zip(drafts, codes, strict=True):
        draft.labelled_by = call
        draft.assigned_label = labels.get(code)
        draft.reason = _reason(draft)
        if draft.reason == MISMATCH:
            draft.detail = f"labelled {labels[code].title}"[:200]
    return drafts


def refuse_drafts(planned: Planned, call: Call) -> Sequence[Draft]:
    """The drafts of a labelling call that will never be answered: nobody knows their label."""
    drafts = list(Draft.objects.filter(pk__in=planned.drafts).select_related("call__label"))
    for draft in drafts:
        draft.labelled_by, draft.reason = call, UNKNOWN
        draft.detail = "the labelling call was refused"
    return drafts


def _reason(draft: Draft) -> str:
    if draft.assigned_label is None:
        return UNKNOWN
    assert draft.call.label is not None
    return "" if draft.assigned_label.pk == draft.call.label.pk else MISMATCH
