"""Training scores, asked of the training app by name and put into the summary's words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.utils.module_loading import import_string

from curation.errors import CurationError
from curation.models import DatasetVersion, Project

FRESH_SECONDS = 30  # intervals are bootstrapped anew; a page that is reloaded need not wait


def score_table(project: Project) -> dict[str, Any]:
    """The project's scores as JSON: {} until something was trained."""
    path: str = getattr(settings, "CONCORD_SCORES", "")
    if not path:
        return {}
    key = f"scores:{project.slug}:{project.created_at.timestamp()}"
    known: dict[str, Any] | None = cache.get(key)
    if known is None:
        try:
            known = import_string(path)(project).as_json()
        except CurationError:
            known = {}
        cache.set(key, known, FRESH_SECONDS)
    return known


def rejected_counts(projects: Sequence[Project]) -> dict[int, dict[str, int]]:
    """Project key → drafts that became no example, per reason; none where generation keeps none."""
    path: str = getattr(settings, "CONCORD_REJECTED", "")
    return import_string(path)(projects) if path else {}


def summary_sources(versions: list[DatasetVersion]) -> dict[str, str]:
    """Training source → its name in a summary, for the newest version of each kind of policy."""
    names = {"synthetic": "synthetic", "real": "real"}
    for version in versions:  # oldest first, so the newest of a kind stands
        names = {key: name for key, name in names.items() if name not in _names_of(version)}
        chosen, drawn = _names_of(version)
        names[f"version:{version.number}"] = chosen
        names[f"random:{version.number}"] = drawn
    return names


def _names_of(version: DatasetVersion) -> tuple[str, str]:
    if version.policy.get("kind") == "within_label":
        return "curated_within_label", "random_within_label"
    return "curated", "random_same_size"


def named_scores(table: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    """The part of a summary that tells scores: `scores`, `comparisons`, `collapsed`."""
    scores = table.get("scores", {})
    return {
        "scores": {name: scores[key] for key, name in names.items() if key in scores},
        "comparisons": [
            flat_comparison(one, names)
            for one in table.get("comparisons", [])
            if one["first"] in names and one["second"] in names
        ],
        "collapsed": [name for key, name in names.items() if scores.get(key, {}).get("collapsed")],
    }


def flat_comparison(one: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    difference = one["macro_f1"]
    return {
        "a": names.get(one["first"], one["first"]),
        "b": names.get(one["second"], one["second"]),
        "difference": difference["mean"],
        **{key: value for key, value in difference.items() if key != "mean"},
    }
