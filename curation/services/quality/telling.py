"""What annotators are told about how they stand."""

from __future__ import annotations

from curation.models import Annotator, AnnotatorAction

USUAL_WARNING = (
    "A note from the people who run this project: some of your answers look as if they were given "
    "in a hurry. Please read each text to its end and take the time it needs."
)


def warning_for(annotator: Annotator) -> str:
    """The words for somebody who was warned; "" for everybody else."""
    if annotator.standing != Annotator.Standing.WARNED:
        return ""
    last = annotator.actions.filter(kind=AnnotatorAction.Kind.WARNED).last()
    return (last.figures.get("told") if last else "") or USUAL_WARNING
