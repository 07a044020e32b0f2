"""What jobs make before anybody looks at a page."""

from __future__ import annotations

from django.utils import timezone

from benchmarks.load.filling.size import LABELS, OVERLAP, Size
from curation.bulk import count_rows_for_planner
from curation.job_handlers import agreement
from curation.models import Annotation, Example, ExampleSummary, Job, Project, Task
from curation.progress import silent
from curation.services.aggregating.comparing import compare_aggregators
from curation.services.exploring import keep_evidence
from curation.services.projects import NewLabel, create_project
from curation.services.quality.measuring import measure
from curation.services.summaries import refresh
from generation.models import Call, Draft

COMPARED = 20_000  # texts up to which aggregators are compared: further it takes hours
MEASURED = 200_000  # texts up to which annotators' figures are worked out, which takes long as well


def new_project(size: Size) -> Project:
    labels = [NewLabel(name=name) for name in LABELS]
    return create_project(size.slug, labels=labels, overlap=OVERLAP)


def tell_planner() -> None:
    for model in (Example, ExampleSummary, Task, Annotation, Call, Draft):
        count_rows_for_planner(model)


def summarise(project: Project) -> None:
    refresh(project)


def work_out(project: Project) -> None:
    """Agreement, annotators, the explorer's evidence, and what aggregators say."""
    found = agreement(project, {}, silent)
    done = {"state": Job.State.SUCCESSFUL, "result": found, "finished_at": timezone.now()}
    Job.objects.create(project=project, kind="agreement", **done)
    keep_evidence(project, aggregator="majority")
    texts = project.examples.count()
    if texts < MEASURED:
        measure(project)
    if texts < COMPARED:
        compare_aggregators(project, silent)
