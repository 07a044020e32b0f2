"""Rows of the hub, by stage. Every table here is written by `curation.services` only."""

from curation.models.annotation import Annotation, AnnotationChange, SkipReason, StrayAnswer
from curation.models.annotators import Annotator, AnnotatorAction, Lease, Participation
from curation.models.comparisons import Comparison, ObjectivityStudy
from curation.models.datasets import DatasetExample, DatasetVersion
from curation.models.dynamics import TrainingDynamics
from curation.models.first_steps import FirstSteps
from curation.models.jobs import Job
from curation.models.people import Invitation, Membership, Role
from curation.models.predictions import Prediction
from curation.models.programs import ApiToken, KeptAnswer
from curation.models.project import AnnotatorRule, Example, Label, Project
from curation.models.rounds import AnnotationRound, Task
from curation.models.safety import AuditEntry, AuditHead, Reader, Secret
from curation.models.summaries import ExampleSummary, SetAside, SummaryState
from curation.models.workers import WorkerProcess

__all__ = [
    "Annotation",
    "AnnotationChange",
    "AnnotationRound",
    "Annotator",
    "AnnotatorAction",
    "AnnotatorRule",
    "ApiToken",
    "AuditEntry",
    "AuditHead",
    "Comparison",
    "DatasetExample",
    "DatasetVersion",
    "Example",
    "ExampleSummary",
    "FirstSteps",
    "Invitation",
    "Job",
    "KeptAnswer",
    "Label",
    "Lease",
    "Membership",
    "ObjectivityStudy",
    "Participation",
    "Prediction",
    "Project",
    "Reader",
    "Role",
    "Secret",
    "SetAside",
    "SkipReason",
    "StrayAnswer",
    "SummaryState",
    "Task",
    "TrainingDynamics",
    "WorkerProcess",
]
