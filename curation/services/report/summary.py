"""The summary: a project's whole story as one JSON object, as `summary.json` holds it.

    project         slug
    examples        {"synthetic": in the pool, "real": of every split, "rejected": {reason: drafts}}
    annotation      {"front": "label_studio" | "votes", "server_version", "tasks", "annotations",
                    "annotators", "simulated"}
    agreement       {"alpha", "alpha_low", "alpha_high", "mean", "threshold", "unanimous",
                    "labels": {label: examples}}
    dataset_versions [{"number", "policy": "global" | "within_label", "fingerprint", "kept",
                    "dropped": {reason: examples}, "labels": {label: examples}}]
    scores          {source: {"macro_f1": {"mean", "std", "low", "high"}, "accuracy": {...},
                    "seeds", "train_rows", "recipe", "agreed": {"macro_f1", "rows"} | None}}
    comparisons     [{"a", "b", "difference", "low", "high", "seeds"}], macro-F1 of a minus b
    collapsed       [source], whose classifiers named nearly always one label
    test_set        {"name", "rows", "stand_in": bool, "high_agreement_rows": int | None}
    exports         [path]
    seconds         {stage: seconds}
    commands        [str], what to type to have all this again

Rows of the database tell everything down to `collapsed`; the last four only the command that did
the work knows, so the page reads them from the file that it left. Every key but `project` may be
missing: the report then leaves the matter out.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Count

from curation.models import DatasetVersion, Example, Project
from curation.services.agreement import number
from curation.services.datasets.known import known_of
from curation.services.lately import lately
from curation.services.report.counts import ProjectCounts, kept_counts, task_count
from curation.services.report.scores import named_scores, score_table, summary_sources
from curation.services.report.versions import alpha_bounds, is_within_label

KNOWN_BY_THE_RUN = ("test_set", "exports", "seconds", "commands")


def report_summary(project: Project) -> dict[str, Any]:
    """What the report page tells: the rows as they are now, and what the last demo left."""
    summary = measured_summary(project)
    left = _left_behind(project)
    for key in KNOWN_BY_THE_RUN:
        if key in left:
            summary[key] = left[key]
    return summary


def measured_summary(project: Project) -> dict[str, Any]:
    """The part of the summary that the database knows. Nothing is aggregated for it."""
    counts = kept_counts(project)
    versions = list(project.dataset_versions.order_by("number"))
    return {
        "project": project.slug,
        "examples": {
            "synthetic": counts.synthetic,
            "real": counts.all_real,
            "rejected": counts.rejected,
        },
        "annotation": _annotation(counts, _tasks(project)),
        "agreement": _agreement(versions),
        "dataset_versions": [version_summary(version) for version in versions],
        **named_scores(score_table(project), summary_sources(versions)),
        "test_set": _test_set(project, counts),
    }


def _tasks(project: Project) -> int:
    return int(lately(project, "tasks", lambda: task_count(project), rows=int))


def _annotation(counts: ProjectCounts, tasks: int) -> dict[str, Any]:
    newest = counts.newest_round
    return {
        "front": newest.front if newest else None,
        "server_version": (newest.server_version or None) if newest else None,
        "tasks": tasks,
        "annotations": counts.answers,
        "annotators": counts.annotators,
        "simulated": counts.simulated,
    }


def _agreement(versions: list[DatasetVersion]) -> dict[str, Any]:
    if not versions:
        return {}
    newest = versions[-1]
    interval = alpha_bounds(newest)
    threshold = next(
        (v.policy["threshold"] for v in reversed(versions) if not is_within_label(v)), None
    )
    per_label = newest.rows.order_by("label__position").values_list("label__name")
    unanimous = newest.rows.filter(agreement__gte=1 - 1e-9)
    return {
        "alpha": newest.alpha,
        "alpha_low": number(interval.low),
        "alpha_high": number(interval.high),
        "mean": newest.mean_agreement,
        "threshold": threshold,
        "unanimous": known_of(newest, "unanimous", unanimous.count),
        "labels": dict(
            known_of(newest, "all-labels", lambda: list(per_label.annotate(n=Count("pk"))))
        ),
    }


def version_summary(version: DatasetVersion) -> dict[str, Any]:
    """A version as the summary names it."""
    return {
        "number": version.number,
        "policy": version.policy["kind"],
        "fingerprint": version.fingerprint,
        "kept": version.kept,
        "dropped": version.dropped,
        "labels": version.labels,
    }


def _test_set(project: Project, counts: ProjectCounts) -> dict[str, Any]:
    test = project.examples.filter(split=Example.Split.TEST)
    return {
        "name": "imported test set",
        "rows": counts.test,
        "stand_in": test.filter(source=Example.Source.SYNTHETIC).exists(),
        "high_agreement_rows": None,
    }


def _left_behind(project: Project) -> dict[str, Any]:
    """The summary of the last demo of this project, where one is still there."""
    folder = Path(settings.CONCORD_HOME) / "demo"
    for path in (folder / project.slug / "summary.json", folder / "summary.json"):
        try:
            left = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):  # no demo was run here, or it is being written just now
            continue
        if isinstance(left, dict) and left.get("project") == project.slug:
            return left
    return {}
