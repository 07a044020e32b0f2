"""Rows of the hub, by stage. Every table here is written by `curation.services` only."""

from curation.models.annotation import Annotation, AnnotationRound, Annotator, StrayAnswer, Task
from curation.models.datasets import DatasetExample, DatasetVersion
from curation.models.jobs import Job
from curation.models.predictions import Prediction
from curation.models.project import Example, Label, Project

__all__ = [
    "Annotation",
    "AnnotationRound",
    "Annotator",
    "DatasetExample",
    "DatasetVersion",
    "Example",
    "Job",
    "Label",
    "Prediction",
    "Project",
    "StrayAnswer",
    "Task",
]
