"""What the main job found, as `summary.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from curation.files import written_whole
from curation.management.demo.plan import Plan
from curation.models import Annotation, DatasetVersion, Project
from curation.services.agreement import AgreementSummary, summarise
from curation.services.report.scores import rejected_counts
from curation.services.report.summary import version_summary
from curation.services.training_rows import test_rows

HIGH_AGREEMENT = 0.8  # a_i of the test rows on which scores are shown besides


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Everything the summary is made from."""

    plan: Plan
    project: Project
    versions: Sequence[DatasetVersion]
    exports: Sequence[str]
    sources: Mapping[str, str]  # name in the summary → training source
    seconds: Mapping[str, float]


def summarise_demo(outcome: Outcome) -> dict[str, Any]:
    """The summary; its form is in docs/summary.md."""
    project, plan = outcome.project, outcome.plan
    agreement = summarise(project)
    scores = import_string(settings.CONCORD_SCORES)(
        project, sources=list(outcome.sources.values())
    ).as_json()
    return {
        "project": project.slug,
        "title": project.title,
        "examples": _examples(project),
        "annotation": _annotation(project, agreement),
        "agreement": _agreement(agreement, plan),
        "dataset_versions": [version_summary(version) for version in outcome.versions],
        "exports": list(outcome.exports),
        "test_set": _test_set(outcome),
        "scores": _named(scores["scores"], outcome.sources),
        "comparisons": _comparisons(scores["comparisons"], outcome.sources),
        "collapsed": _collapsed(scores["scores"], outcome.sources),
        "commands": _commands(outcome),
        "seconds": dict(outcome.seconds),
    }


def write_summary(summary: Mapping[str, Any], home: Path) -> None:
    """Write `summary.json`, and beside it one for this project that other projects leave alone."""
    text = json.dumps(summary, indent=2, ensure_ascii=False) + "\n"
    for folder in (home, home / str(summary["project"])):
        folder.mkdir(parents=True, exist_ok=True)
        with written_whole(folder / "summary.json") as scratch:
            scratch.write_text(text, encoding="utf-8")


def _commands(outcome: Outcome) -> list[str]:
    """How to have the same numbers again, step by step."""
    plan, slug = outcome.plan, outcome.project.slug
    global_policy, within_label = plan.policies
    votes = f"--min-votes {global_policy.min_votes}"
    sources = " ".join(f"--source {source}" for source in outcome.sources.values())
    how = f"--seeds {plan.seeds} --steps {plan.steps} --classifier {plan.classifier}"
    return [
        f"manage.py demo {_demo_options(plan)}",
        f"manage.py agreement {slug}",
        f"manage.py curate {slug} --threshold {global_policy.threshold:g} {votes}",
        f"manage.py curate {slug} --keep-share {within_label.keep_share:g} {votes}",
        f"manage.py train {slug} {sources} {how}",
    ]


def _demo_options(plan: Plan) -> str:
    """Everything the numbers depend on, defaults included, since defaults may change."""
    where = f"--data {plan.train.parent} " if plan.train else ""
    where = f"--votes {plan.votes.parent} " if plan.votes else where
    count = "" if plan.votes else f"--count {plan.count} "
    global_policy, within_label = plan.policies
    return (
        f"{where}--project {plan.slug} {count}--seed {plan.seed} --seeds {plan.seeds} "
        f"--steps {plan.steps} --classifier {plan.classifier} "
        f"--threshold {global_policy.threshold:g} --keep-share {within_label.keep_share:g}"
    )


def _examples(project: Project) -> dict[str, Any]:
    pool = project.examples.filter(split="pool")
    return {
        "synthetic": pool.filter(source="synthetic").count(),
        "real": project.examples.filter(source="real").count(),
        "rejected": rejected_counts([project]).get(project.pk, {}),
    }


def _annotation(project: Project, agreement: AgreementSummary) -> dict[str, Any]:
    last = project.rounds.last()
    assert last is not None, "an agreement without a round"
    return {
        "front": last.front,
        "server_version": last.server_version or None,
        "tasks": last.tasks.count(),
        "annotations": Annotation.objects.filter(task__round=last).count(),
        "annotators": project.annotators.count(),
        "overlap": last.overlap,
        "simulated": agreement.simulated,
    }


def _agreement(agreement: AgreementSummary, plan: Plan) -> dict[str, Any]:
    return {
        "alpha": agreement.alpha,
        "alpha_low": agreement.alpha_low,
        "alpha_high": agreement.alpha_high,
        "mean": agreement.mean_agreement,
        "unanimous": agreement.unanimous,
        "labels": agreement.labels,
        "threshold": plan.policies[0].threshold,
        "keep_share": plan.policies[1].keep_share,
    }


def _test_set(outcome: Outcome) -> dict[str, Any]:
    rows = test_rows(outcome.project)
    judged = [row.agreement for row in rows if row.agreement is not None]
    return {
        "name": outcome.plan.test_name,
        "rows": len(rows),
        "stand_in": outcome.plan.stand_in,
        "high_agreement_rows": (
            sum(agreement >= HIGH_AGREEMENT for agreement in judged) if judged else None
        ),
    }


def _named(by_source: Mapping[str, Any], sources: Mapping[str, str]) -> dict[str, Any]:
    return {name: by_source[source] for name, source in sources.items() if source in by_source}


def _collapsed(by_source: Mapping[str, Any], sources: Mapping[str, str]) -> list[str]:
    """Names of the sources of which at least one run predicts one label only."""
    return [name for name, source in sources.items() if by_source.get(source, {}).get("collapsed")]


def _comparisons(
    comparisons: Sequence[Mapping[str, Any]], sources: Mapping[str, str]
) -> list[dict[str, Any]]:
    names = {source: name for name, source in sources.items()}
    return [
        {
            "a": names[comparison["first"]],
            "b": names[comparison["second"]],
            "difference": comparison["macro_f1"]["mean"],
            **{key: value for key, value in comparison["macro_f1"].items() if key != "mean"},
        }
        for comparison in comparisons
        if comparison["first"] in names and comparison["second"] in names
    ]
