"""What there is to choose from, for people who filter."""

from __future__ import annotations

from dataclasses import dataclass

from curation.models import Example, ExampleSummary, Project
from curation.reporting import wording

MOST = 100  # runs and annotators named
SAMPLE = 1_000  # oldest and newest examples that are asked for their methods

Choices = list[tuple[str, str]]  # (value, for people)


@dataclass(frozen=True, kw_only=True)
class FilterChoices:
    labels: Choices
    sources: Choices
    splits: Choices
    methods: Choices
    prompts: Choices
    runs: Choices
    versions: Choices
    verdicts: Choices  # reasons for dropping in any version
    annotators: list[str]


def choices_of(project: Project) -> FilterChoices:
    """All choices. Methods are those of the project's oldest and newest examples, and of runs'."""
    versions = list(project.dataset_versions.order_by("-number").values_list("number", "dropped"))
    reasons = sorted({reason for _, dropped in versions for reason in dropped})
    runs = _runs(project)
    methods = _methods(project, runs)
    return FilterChoices(
        labels=list(project.labels.order_by("position").values_list("name", "title")),
        sources=[(value, str(title)) for value, title in Example.Source.choices],
        splits=[(value, str(title)) for value, title in Example.Split.choices],
        methods=[(one, one.replace("_", "-")) for one in sorted({m for m, _ in methods if m})],
        prompts=[(one, one) for one in sorted({p for _, p in methods if p})],
        runs=[(str(number), f"run {number}") for number in runs],
        versions=[(str(number), f"version {number}") for number, _ in versions],
        verdicts=[(reason, f"dropped: {wording.reason(reason)}") for reason in reasons],
        annotators=list(project.annotators.order_by("name").values_list("name", flat=True)[:MOST]),
    )


def _runs(project: Project) -> list[int]:
    """Numbers of the newest runs that wrote examples: one look into the index for each."""
    rows = ExampleSummary.objects.filter(project=project).order_by("-run")
    numbers: list[int] = []
    here = rows.filter(run__isnull=False)
    while len(numbers) < MOST:
        number = here.values_list("run", flat=True).first()
        if number is None:
            break
        numbers.append(number)
        here = rows.filter(run__lt=number)
    return numbers


def _methods(project: Project, runs: list[int]) -> set[tuple[str, str]]:
    rows = ExampleSummary.objects.filter(project=project)
    found: set[tuple[str, str]] = set()
    for order in ("pk", "-pk"):
        found |= set(rows.order_by(order).values_list("method", "prompt")[:SAMPLE])
    for number in runs:
        here = rows.filter(run=number).order_by("pk").values_list("method", "prompt")
        found |= set(here[:1])
    return found
