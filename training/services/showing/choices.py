"""Which sources a project can be trained on, for forms."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.db.models import Count

from curation.datasets.sources import NAME
from curation.forms.training import trainable_sources
from curation.models import Annotation, Example, Project
from curation.services.lately import lately
from training.services.showing.words import source_title
from training.studies.plan import Arm


def source_choices(project: Project) -> list[tuple[str, str]]:
    """Sources that have rows with their titles; the usual ones first."""
    sources = trainable_sources(project)
    if {"real", "synthetic"} <= set(sources):
        sources.append("real+synthetic")
    methods = [method for method in methods_of(project) if re.fullmatch(NAME, method)]
    if len(methods) > 1:
        sources += [f"method:{method}" for method in methods]
    if Annotation.objects.of(project).exists():
        sources += ["judged", "agreed:0.8", "random-agreed:0.8"]
    return [(source, source_title(source)) for source in sources]


def methods_of(project: Project) -> list[str]:
    """Names of the ways in which the project's texts were prompted for."""
    texts = project.examples.filter(split=Example.Split.POOL, source=Example.Source.SYNTHETIC)
    named = texts.order_by().values_list("provenance__method").annotate(n=Count("pk"))
    found = lately(
        project, "methods", lambda: list(named), rows=lambda found: sum(n for _, n in found)
    )
    return sorted(str(name) for name, _ in found if name)


def arm_choices(project: Project) -> list[Arm]:
    """Arms of a study on this project, named as tables show them."""
    arms = [Arm(name=title[:80], source=source) for source, title in source_choices(project)]
    if any(arm.source == "judged" for arm in arms):
        arms += [
            Arm(name="Judged, soft labels", source="judged", config={"loss": "soft"}),
            Arm(name="Judged, by agreement", source="judged", config={"loss": "agreement"}),
        ]
    return arms


def usual_arms(project: Project, arms: Iterable[Arm]) -> list[str]:
    """Names of those of `arms` that are ticked from the start."""
    usual = set(trainable_sources(project))
    return [arm.name for arm in arms if arm.source in usual]
