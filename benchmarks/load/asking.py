"""Every page again and again, one after another, as a signed-in researcher sees them.

`python -m benchmarks.load.asking SETTING.json RESULT.json`, a process of its own. In between an
annotator answers, so that nothing is told from what has become old. Seconds are the client's, from
before a request is sent until its answer is read.
"""

from __future__ import annotations

import json
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from benchmarks.load.annotating import newcomer
from benchmarks.load.reader import Place, Reader, signed_in

FIRST = 2  # visits that are not counted
NOBODY = 9_000  # numbers of annotators who are not of the load


def ask(setting: dict[str, Any]) -> dict[str, Any]:
    """Seconds of each visit by place, and what was refused."""
    port, scene = setting["port"], setting["scene"]
    by_hand = signed_in(port, "owner-0", setting["password"])
    program = Reader(port, key=scene["token"])
    annotator = newcomer(port, scene, NOBODY)
    groups = {
        group: [Place(**one) for one in places if setting["only"] in one["name"]]
        for group, places in setting["places"].items()
    }
    seconds: dict[str, dict[str, list[float]]] = {group: defaultdict(list) for group in groups}
    first: dict[str, float] = {}
    troubles: dict[str, str] = {}
    for visit in range(-FIRST, setting["visits"]):
        print(f"visit {visit + 1} of {setting['visits']}", file=sys.stderr, flush=True)
        for group, places in groups.items():
            annotator.answer()
            for place in places:
                taken = _visit(program if place.program else by_hand, place, troubles)
                if visit >= 0:
                    seconds[group][place.name].append(taken)
                else:
                    first.setdefault(place.name, taken)
    return {"seconds": seconds, "first": first, "troubles": troubles}


def _visit(reader: Reader, place: Place, troubles: dict[str, str]) -> float:
    started = time.perf_counter()
    status, text = reader.get(place)
    taken = time.perf_counter() - started
    if status >= 400 and (status != 404 or "login" in text):
        troubles[place.name] = f"{status} {'' if '<html' in text else text[:200]}".strip()
    elif status >= 300:
        troubles[place.name] = f"{status}"
    return taken


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(json.dumps(ask(json.loads(Path(sys.argv[1]).read_text()))))
