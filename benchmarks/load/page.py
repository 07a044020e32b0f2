"""docs/results/load.md."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.recording import RESULTS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "results" / "load.md"
GROUPS = {
    "pages": "Pages",
    "table": "The table of texts: pages, filters, searches",
    "programs": "Endpoints",
}
SHOWN = 12  # of a group


def page(kept: Mapping[str, Any], others: Sequence[Mapping[str, Any]] = ()) -> str:
    """The whole page, from a kept result; `others` are those of other hours."""
    parts = [*_head(kept), *_places(kept), *_loads(kept), *_at_other_hours(others), *_rerun(kept)]
    return "\n".join(parts) + "\n"


def others_than(kept: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What was measured at other hours on the same database, oldest first."""
    paths = RESULTS.glob(f"load-{kept['database']}-{kept['examples']}-*.json")
    found = [json.loads(path.read_text(encoding="utf-8")) for path in paths]
    found = [one for one in found if one["measured_at"] != kept["measured_at"]]
    return sorted(found, key=lambda one: str(one["measured_at"]))


def _head(kept: Mapping[str, Any]) -> Iterator[str]:
    at, cores = kept["measured_at"][:10], kept["environment"]["cores"]
    yield f"""# A project of {kept["examples"]:,} texts

Every page and every endpoint that reads, of a project of {kept["examples"]:,} texts and five
times as many votes on {kept["database"]}, beside 40 small projects; {at}, {cores} cores for the web
server ({kept["processes"]} processes), the worker, the database and whoever asks. Each is asked for
one after another, {_visits(kept)} times; before each round somebody answers, so that what was
counted has become old. Milliseconds are the client's, until the answer is read whole. Left out:
files of all texts, which are streamed, and {len(kept["refused"])} addresses that lead elsewhere or
answer 4xx here, as what was never drawn."""


def _visits(kept: Mapping[str, Any]) -> int:
    return max(one["n"] for places in kept["milliseconds"].values() for one in places.values())


def _answered(kept: Mapping[str, Any], group: str) -> tuple[dict[str, Any], list[str]]:
    """The places of a group, and those that are slower than promised."""
    promised = kept["promised_p95_ms"][group]
    every = kept["milliseconds"][group].items()
    places = {name: one for name, one in every if name not in kept["refused"]}
    return places, [name for name, one in places.items() if one["p95"] > promised]


def _places(kept: Mapping[str, Any]) -> Iterator[str]:
    for group, title in GROUPS.items():
        promised = kept["promised_p95_ms"][group]
        places, slow = _answered(kept, group)
        yield f"""
## {title}

Promised: p95 of {promised:g} ms. {len(places) - len(slow)} of {len(places)} keep it. The slowest:

| | p50 | p95 | max |
|---|---:|---:|---:|"""
        ordered = sorted(places.items(), key=lambda row: -row[1]["p95"])
        for name, one in ordered[: max(SHOWN, len(slow))]:
            bold = "**" if one["p95"] > promised else ""
            p95 = f"{bold}{one['p95']:.0f}{bold}"
            yield f"| `{name}` | {one['p50']:.0f} | {p95} | {one['max']:.0f} |"


def _loads(kept: Mapping[str, Any]) -> Iterator[str]:
    yield """
## Under load

A fixed number of requests a second for a minute: 40 of 100 are answers of annotators, 24 pages of
the table, 16 other pages, 12 programs, 4 texts to judge, 4 pages of a text. Milliseconds are
counted from the moment a request was due, so a server that cannot keep up makes all wait that come
after.

| wanted a second | reached | errors | p50 | p95 | p99 | cores of web server and machine |
|---:|---:|---:|---:|---:|---:|---|"""
    for one in kept["loads"]:
        took, busy = one["milliseconds"], one["cores_busy"]
        yield (
            f"| {one['wanted_per_second']:g} | {one['per_second']:g} | {one['errors']} | "
            f"{took['p50']:.0f} | {took['p95']:.0f} | {took['p99']:.0f} | "
            f"{busy['web']:.2f}, {busy['machine']:.2f} |"
        )


def _at_other_hours(others: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if not others:
        return
    yield """
## At other hours

The machine is shared, and its speed changes with what others do there.

| measured | pages, table, endpoints that keep what is promised | wanted a second: reached, p95 |
|---|---|---|"""
    for one in others:
        groups = [_answered(one, group) for group in GROUPS]
        keep = ", ".join(f"{len(every) - len(slow)} of {len(every)}" for every, slow in groups)
        rates = "; ".join(
            f"{load['wanted_per_second']:g}: {load['per_second']:g}, "
            f"{load['milliseconds']['p95']:,.0f} ms"
            for load in one["loads"]
        )
        yield f"| {one['measured_at'][:16].replace('T', ' ')} | {keep} | {rates} |"
    yield from (f"\n{one['note']}" for one in others if one.get("note"))


def _rerun(kept: Mapping[str, Any]) -> Iterator[str]:
    rates = " ".join(f"{one['wanted_per_second']:g}" for one in kept["loads"])
    hours = sum(kept["filling_seconds"].values()) / 3600
    yield f"""
## Run it

    python -m benchmarks.load --examples {kept["examples"]} --rates {rates} --home FOLDER

Filling takes {hours:.1f} hours once and stays in FOLDER; the measurement some ten minutes. All
numbers: `benchmarks/results/load-{kept["database"]}-{kept["examples"]}-*.json`."""
