"""Scores of a summary as rows that pages print and charts draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from curation.reporting import ScoredSource, wording


@dataclass(frozen=True, kw_only=True)
class ScoreRow:
    """One training source, every number in words."""

    key: str
    title: str
    role: str
    macro_f1: str
    macro_f1_interval: str
    accuracy: str
    accuracy_interval: str
    agreed: str  # macro-F1 on the test rows people agree on; "" where unknown
    seeds: int
    train_rows: str
    collapsed: bool


def scored_sources(summary: Mapping[str, Any]) -> list[ScoredSource]:
    """The sources of a summary, in the order in which a reader compares them."""
    scores, collapsed = summary.get("scores", {}), set(summary.get("collapsed", []))
    named = [key for key in wording.SOURCES if key in scores]
    numbered = sorted((key for key in scores if key not in wording.SOURCES), key=_pair_order)
    order = (
        [key for key in named if key != "real"] + numbered + [key for key in named if key == "real"]
    )
    return [scored_source(key, scores[key], collapsed=key in collapsed) for key in order]


def _pair_order(key: str) -> tuple[int, str]:
    """version:N stands before random:N, and both before the next pair."""
    kind, _, number = key.partition(":")
    return (int(number) if number.isdecimal() else 0, "0" if kind == "version" else key)


def scored_source(key: str, entry: Mapping[str, Any], *, collapsed: bool = False) -> ScoredSource:
    """A source and its scores, as a summary or a table of scores has them in plain values."""
    f1, accuracy = entry["macro_f1"], entry["accuracy"]
    return ScoredSource(
        key=key,
        title=wording.source_title(key),
        role=wording.source_role(key),
        mean=f1["mean"],
        std=f1["std"],
        low=f1["low"],
        high=f1["high"],
        seeds=entry["seeds"],
        train_rows=entry.get("train_rows"),
        accuracy_mean=accuracy["mean"],
        accuracy_std=accuracy["std"],
        accuracy_low=accuracy["low"],
        accuracy_high=accuracy["high"],
        collapsed=collapsed or bool(entry.get("collapsed")),
    )


def score_rows(summary: Mapping[str, Any]) -> list[ScoreRow]:
    scores = summary.get("scores", {})
    return [_row(source, scores[source.key]) for source in scored_sources(summary)]


def _row(source: ScoredSource, entry: Mapping[str, Any]) -> ScoreRow:
    rows = source.train_rows
    return ScoreRow(
        key=source.key,
        title=source.title,
        role=source.role,
        macro_f1=wording.spread(source.mean, source.std, source.seeds),
        macro_f1_interval=wording.between(source.low, source.high),
        accuracy=wording.spread(source.accuracy_mean, source.accuracy_std, source.seeds),
        accuracy_interval=wording.between(source.accuracy_low, source.accuracy_high),
        agreed=_agreed(entry.get("agreed"), source.seeds),
        seeds=source.seeds,
        train_rows="" if rows is None else wording.count(rows),
        collapsed=source.collapsed,
    )


def _agreed(entry: Mapping[str, Any] | None, seeds: int) -> str:
    if not entry:
        return ""
    f1 = entry["macro_f1"]
    rows = f", {wording.plural(entry['rows'], 'row')}" if "rows" in entry else ""
    return f"{f1['mean']:.3f} ± {f1['std']:.3f} ({wording.plural(seeds, 'seed')}{rows})"


def comparison_sentences(summary: Mapping[str, Any]) -> list[str]:
    return [
        wording.comparison(
            one["a"],
            one["b"],
            difference=one["difference"],
            low=one["low"],
            high=one["high"],
            seeds=one["seeds"],
            p=one.get("p"),
            p_holm=one.get("p_holm"),
        )
        for one in summary.get("comparisons", [])
    ]


def collapse_sentence(summary: Mapping[str, Any]) -> str:
    """Which sources to distrust because classifiers learned nothing; "" when none."""
    titles = [source.title for source in scored_sources(summary) if source.collapsed]
    if not titles:
        return ""
    return (
        f"Beware: at least one run of {'; '.join(titles)} named nearly always the same label, so "
        "these means say little about the texts behind them."
    )
