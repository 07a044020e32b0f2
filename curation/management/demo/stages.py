"""The stages of the main job. Each looks at what is there and does only what is missing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from curation.errors import BadInput, ProjectNotFound
from curation.exporters import EXPORTERS
from curation.importers import read_task_file
from curation.jobs import Handler
from curation.management.demo.plan import Plan
from curation.models import Annotation, AnnotationRound, DatasetVersion, Project
from curation.progress import Progress
from curation.services.datasets import curate_dataset
from curation.services.exports import export_dataset
from curation.services.fronts import ConnectedFront, configured_front, embedded_server
from curation.services.importing import import_examples
from curation.services.projects import NewLabel, create_project, get_project
from curation.services.pulling import pull_annotations
from curation.services.rounds import current_round, push_tasks
from curation.services.simulated_crowd import answer_tasks
from curation.services.votes import import_votes

VOTES_TEST_SHARE = 0.3  # of the judged texts, when no test set is given


def ensure_project(plan: Plan) -> Project:
    """The demonstration's project, with its labels and definitions.

    Raises:
        BadInput: there is a project of that name made from something else.
    """
    try:
        project = get_project(plan.slug)
        _check_same_ingredients(plan)
        return project
    except ProjectNotFound:
        _remember_ingredients(plan)
        task = read_task_file(plan.task_file)
        return create_project(
            plan.slug,
            title=task.title,
            description=task.description,
            instructions=task.instructions,
            overlap=plan.overlap,
            labels=[
                NewLabel(name=label.name, title=label.title, description=label.description)
                for label in task.labels
            ],
        )


def _remember_ingredients(plan: Plan) -> None:
    """Written before the project is, so that a project of the main job always has them."""
    path = plan.home / plan.slug / "ingredients.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(plan.ingredients()) + "\n", encoding="utf-8")


def _check_same_ingredients(plan: Plan) -> None:
    path = plan.home / plan.slug / "ingredients.json"
    before = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    changed = [name for name, value in plan.ingredients().items() if before.get(name) != value]
    if changed:
        name = changed[0]
        raise BadInput(
            f"Project {plan.slug!r} was made with another {name.replace('_', ' ')} "
            f"({before.get(name)!r}, now {plan.ingredients()[name]!r}); give the new one a name "
            "with --project, or ask for the old one."
        )


def bring_in_data(plan: Plan, project: Project, progress: Progress) -> None:
    """Real training texts and the test set, or real votes with their texts."""
    if plan.votes:
        import_votes(
            project,
            plan.votes,
            texts=plan.texts,
            test_share=VOTES_TEST_SHARE,
            seed=plan.seed,
            progress=progress,
        )
    if plan.train:
        import_examples(project, plan.train, split="train", progress=progress)
    if plan.test:
        source = "synthetic" if plan.stand_in else "real"
        import_examples(project, plan.test, split="test", source=source, progress=progress)


def generate(plan: Plan, project: Project, progress: Progress) -> str:
    """Synthetic texts from recorded answers, through the same engine as any other provider.

    Returns:
        Why there are fewer than asked for; "" when there are not.
    """
    params = {
        "provider": "recorded",
        "method": "zero_shot",
        "count": plan.count,
        "seed": plan.seed,
        "recordings": str(plan.recordings),
        # as the recorded answers were asked for
        "options": {"style": "tweets", "words": [8, 28]},
    }
    return str(_handler("generate")(project, params, progress).get("shortfall") or "")


def is_judged(plan: Plan, project: Project) -> bool:
    """Whether every text has all its votes, so that no server is needed any more."""
    if plan.votes:
        return True
    rounds = project.rounds.filter(front=AnnotationRound.Front.LABEL_STUDIO, simulated=True)
    target = rounds.last()
    if target is None or target.tasks.count() < project.examples.filter(split="pool").count():
        return False
    answers = Annotation.objects.filter(task__round=target).count()
    return answers >= target.tasks.count() * target.overlap


def start_server(url: str | None, token: str | None, progress: Progress) -> ConnectedFront:
    """An existing server when one is named, else our own, installed and started."""
    if url is None:
        server = embedded_server()
        say = partial(progress, 0, 0)
        server.install(say)
        server.start(say)
    return configured_front(url, token)


def push(plan: Plan, project: Project, front: ConnectedFront, progress: Progress) -> None:
    push_tasks(project, front.front, url=front.url, simulated=True, progress=progress)


def annotate(plan: Plan, project: Project, front: ConnectedFront, progress: Progress) -> None:
    """What was answered before is pulled first, then the simulated crowd answers the rest."""
    target = current_round(project, simulated=True)
    pull_annotations(target, front.front)
    answer_tasks(target, front.front, crowd_size=plan.crowd_size, seed=plan.seed, progress=progress)


def pull(plan: Plan, project: Project, front: ConnectedFront, progress: Progress) -> None:
    pull_annotations(current_round(project, simulated=True), front.front, progress=progress)


def curate(plan: Plan, project: Project) -> list[DatasetVersion]:
    """One version per policy: global, within label."""
    return [curate_dataset(project, policy).version for policy in plan.policies]


def export(plan: Plan, versions: Sequence[DatasetVersion]) -> list[str]:
    """Every version in every form; paths relative to the demo's folder.

    What an earlier demo of other votes left there goes.
    """
    paths = []
    for version in versions:
        for form in EXPORTERS:
            folder = plan.home / "exports" / version.project.slug
            result = export_dataset(version, form=form, to=folder, replace=True)
            paths.append(str(result.path.relative_to(plan.home)))
    return paths


def training_sources(
    plan: Plan, project: Project, versions: Sequence[DatasetVersion]
) -> dict[str, str]:
    """Name in the summary → training source, for the sources that this plan has."""
    sources = {} if plan.votes else {"synthetic": "synthetic"}
    if plan.train or plan.votes:
        sources["real"] = "real"
    for version, names in zip(
        versions,
        [("curated", "random_same_size"), ("curated_within_label", "random_within_label")],
        strict=False,
    ):
        sources[names[0]] = f"version:{version.number}"
        sources[names[1]] = f"random:{version.number}"
    return sources


def train(
    plan: Plan, project: Project, sources: Sequence[str], *, parallel: int, progress: Progress
) -> dict[str, Any]:
    """One classifier per source and seed, each in a process of its own."""
    params = {
        "sources": list(sources),
        "seeds": plan.seeds,
        "parallel": parallel,
        "config": {"classifier": plan.classifier, "max_steps": plan.steps},
    }
    return _handler("train")(project, params, progress)


def _handler(kind: str) -> Handler:
    """What a worker would call for a job of this kind."""
    handler: Handler = import_string(settings.CONCORD_JOBS[kind])
    return handler
