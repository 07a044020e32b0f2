"""Which addresses are asked for: every one that the permission tests name, in the large project.

A page that is added to the application is measured as soon as it has its row there.
`python -m benchmarks.load.places` prints them for what CONCORD_HOME holds.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from string import Formatter
from typing import Any

import django

from benchmarks.load.reader import Place

LEFT_OUT = {  # address → why it is not asked for
    "annotate/join/{token}/": "a way in, which everybody of the load comes by once",
    "annotate/{key}/mine/": "leads elsewhere at once",
    "compare/{key}/join/{token}/": "a way in that leads elsewhere at once",
    "metrics": "for Prometheus",
    "projects/{slug}/table/file/{form}/": "a file of all texts, streamed",
    "/projects/{slug}/table/file/{form}": "a file of all texts, streamed",
    "/projects/{slug}/versions/{number}/export/{form}": "a file of a whole version, streamed",
}
API = "/api/v1"


def pages(scene: Mapping[str, Any]) -> tuple[list[Place], dict[str, str]]:
    """The pages of the large project, and those left out with the reason."""
    from tests.permission_rows import ROWS

    found, left = [], {}
    for row in ROWS:
        if row.method != "GET":
            continue
        missing = _missing(row.path, scene)
        reason = LEFT_OUT.get(row.route) or (missing and f"nothing is there for {missing}")
        if reason:
            left[row.route] = reason
        else:
            found.append(Place(name=row.route or "/", path="/" + row.path.format(**scene)))
    return found, left


def endpoints(scene: Mapping[str, Any]) -> tuple[list[Place], dict[str, str]]:
    """What programs read of the large project, and what is left out with the reason."""
    from tests.curation.api.rows import ROWS
    from tests.curation.api.world import NAMES

    found, left = [], {}
    for method, path in ROWS:
        if method != "GET":
            continue
        if reason := LEFT_OUT.get(path):
            left[API + path] = reason
            continue
        names = _names_in(path, scene, NAMES)
        found.append(Place(name=API + path, path=API + path.format(**names), program=True))
    return found, left


def _names_in(path: str, scene: Mapping[str, Any], things: Mapping[str, str]) -> dict[str, Any]:
    before = path.split("/{name}")[0].rpartition("/")[2]
    return {
        "slug": "as-good" if "/studies/" in path else "jokes",
        "number": scene["run"] if "/training/" in path else 1,
        "before": 1, "after": 2, "form": "csv", "example_id": "joke-7",
        "job_id": scene["job"], "name": things.get(before, ""),
    }  # fmt: skip


def _missing(path: str, scene: Mapping[str, Any]) -> str:
    """The first part of an address that the scene does not name; "" where it names all."""
    parts = (name for _, name, _, _ in Formatter().parse(path) if name)
    return next((name for name in parts if name not in scene), "")


def table(scene: Mapping[str, Any]) -> list[Place]:
    """The table of examples: first, deep and last pages, and searches."""
    words, path = scene["words"], "/projects/jokes/examples/"
    few, often, common, rare = (words[name] for name in ("few", "often", "common", "rare"))
    states: dict[str, dict[str, str]] = {
        "first page": {},
        "deep page": {"after": f"{scene['middle']}~{scene['middle']}"},
        "last page": {"after": f"{scene['end']}~{scene['end']}"},
        "most disputed": {"order": "disputed"},
        "most disputed, deep page": {"order": "disputed", "after": f"0.8~{scene['middle']}"},
        "longest": {"order": "longest"},
        "label": {"label": "joke"},
        "label, deep page": {"label": "joke", "after": f"{scene['middle']}~{scene['middle']}"},
        "agreement 0.4 to 0.6": {"agreement_from": "0.4", "agreement_to": "0.6"},
        "annotator": {"annotator": "ann-3"},
        "method and prompt": {"method": "topic", "prompt": "v2"},
        "run": {"run": "2"},
        "votes differ from intended": {"differs": "yes"},
        "kept in a version": {"version": "2", "verdict": "kept"},
        "a classifier is surprised": {"surprising": "yes"},
        "search: rare word": {"text": rare},
        "search: word few texts have": {"text": few},
        "search: word many texts have": {"text": often},
        "search: common word": {"text": common},
        "search: two words": {"text": f"{often} {few}"},
        "search: beginning": {"text": few[:3]},
        "search: phrase": {"text": f'"{common} {often}"'},
        "search: common word and label": {"text": common, "label": "news"},
        "search: many, most disputed": {"text": often, "order": "disputed"},
        "search: word and annotator": {"text": few, "annotator": "ann-3"},
    }
    found = [Place(name=name, path=path, query=query) for name, query in states.items()]
    counted = {"all": {}, "label": {"label": "joke"}, "common word": {"text": common}}
    found += [
        Place(name=f"count: {name}", path="/projects/jokes/table/count/", query=query)
        for name, query in counted.items()
    ]
    return found


def all_places(scene: Mapping[str, Any]) -> dict[str, Any]:
    """Everything as plain values."""
    seen, left = pages(scene)
    read, unread = endpoints(scene)
    groups = {"pages": seen, "table": table(scene), "programs": read}
    plain = {name: [asdict(place) for place in places] for name, places in groups.items()}
    return {"scene": scene, "places": plain, "left_out": left | unread}


if __name__ == "__main__":
    django.setup()
    home = Path(os.environ["CONCORD_HOME"])
    print(json.dumps(all_places(json.loads((home / "scene.json").read_text()))))
