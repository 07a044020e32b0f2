"""What there is to choose from, for people who filter."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.cache import cache

from curation.models import Example, ExampleSummary, Project
from curation.reporting import wording
from curation.services.beside import is_beside
from curation.services.examples_table.searching import remembered_as
from curation.services.lineage.hooks import GeneratedBy, generated_by

MOST = 100  # annotators named
RUNS = 500  # runs named
SAMPLE = 200  # oldest and newest examples that are asked for their methods
REMEMBERED = 30  # seconds for which their answer is
MOMENT = 10  # seconds

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
    """All choices; in a web server those of a moment ago.

    Nothing is refused for not being among them, and what a filter asks for is always offered.
    """
    if not is_beside():
        return _choices_now(project)
    name = remembered_as("choices", project)
    known: FilterChoices | None = cache.get_or_set(name, lambda: _choices_now(project), MOMENT)
    assert known is not None
    return known


def _choices_now(project: Project) -> FilterChoices:
    """Methods are those of the project's oldest and newest examples, and of runs'."""
    versions = list(project.dataset_versions.order_by("-number").values_list("number", "dropped"))
    reasons = sorted({reason for _, dropped in versions for reason in dropped})
    runs = generated_by(project, range(1, RUNS + 1))
    methods = _methods(project, runs)
    return FilterChoices(
        labels=list(project.labels.order_by("position").values_list("name", "title")),
        sources=[(value, str(title)) for value, title in Example.Source.choices],
        splits=[(value, str(title)) for value, title in Example.Split.choices],
        methods=[(one, one.replace("_", "-")) for one in sorted({m for m, _ in methods if m})],
        prompts=[(one, one) for one in sorted({p for _, p in methods if p})],
        runs=[(str(run.number), run.title) for run in reversed(runs)],
        versions=[(str(number), f"version {number}") for number, _ in versions],
        verdicts=[(reason, f"dropped: {wording.reason(reason)}") for reason in reasons],
        annotators=list(project.annotators.order_by("name").values_list("name", flat=True)[:MOST]),
    )


def _methods(project: Project, runs: list[GeneratedBy]) -> set[tuple[str, str]]:
    """(method, version of the prompt) of runs here, and of texts that came from elsewhere."""
    found = {
        (str(run.details.get("method", "")), str(run.details.get("prompt_version", "")))
        for run in runs
    }
    name = remembered_as("methods", project)
    sampled = cache.get(name)
    if sampled is None:
        sampled = _sampled_methods(project)
        cache.set(name, sampled, REMEMBERED)
    return found | sampled


def _sampled_methods(project: Project) -> set[tuple[str, str]]:
    rows = ExampleSummary.objects.filter(project=project)
    return {
        pair
        for order in ("pk", "-pk")
        for pair in rows.order_by(order).values_list("method", "prompt")[:SAMPLE]
    }
