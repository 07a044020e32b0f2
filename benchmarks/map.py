"""The map of the texts: how long it takes to draw and to open, and which neighbours it keeps.

    python -m benchmarks.map [--texts 10000]

Made-up texts with made-up vectors about 40 topics are drawn in a database of its own, so what is
measured is the map and not the encoder (`python -m benchmarks.diversity speed` measures that).
Which neighbours are kept is measured on recorded texts with their real vectors.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.recording import environment, record

ROOT = Path(__file__).resolve().parents[1]
TOPICS, VISITS, NEIGHBOURS = 40, 9, 10
CHUNK = 5_000


def inside(n: int) -> dict[str, Any]:
    """In a process of its own, with an installation of its own."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    project = _filled(n)
    return {"steps": _drawing(project), "pages": _opening(project), "neighbours": _neighbours()}


def _filled(n: int) -> Any:
    from django.conf import settings
    from django.db import transaction

    from curation.embeddings import DIMENSIONS, MODEL, VectorStore
    from curation.embeddings.store import content_key
    from curation.models import Example
    from curation.services.projects import NewLabel, create_project

    labels = [NewLabel(name="a"), NewLabel(name="b")]
    project = create_project("big", labels=labels, overlap=3)
    store = VectorStore(
        Path(settings.CONCORD_HOME) / "embeddings" / "minilm", dimensions=DIMENSIONS
    )
    dice = np.random.default_rng(0)
    middles = dice.normal(size=(TOPICS, DIMENSIONS))
    for start in range(0, n, CHUNK):
        topics = dice.integers(TOPICS, size=min(CHUNK, n - start))
        rows = middles[topics] + 1.2 * dice.normal(size=(len(topics), DIMENSIONS))
        unit = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
        texts = [
            f"Text {start + place} is about the matter called topic{topic} and little else."
            for place, topic in enumerate(topics)
        ]
        keys = [content_key(text, model=MODEL) for text in texts]
        store.add(dict(zip(keys, unit, strict=True)))
        with transaction.atomic():
            Example.objects.bulk_create(
                Example(project=project, external_id=str(start + place), text=text, source="real")
                for place, text in enumerate(texts)
            )
    return project


def _drawing(project: Any) -> list[dict[str, Any]]:
    """Seconds of each step, by what its progress says."""
    from curation.services.corpus_map import draw_map

    moments: list[tuple[str, float, float]] = []

    def seen(done: int, total: int, note: str = "") -> None:
        if not moments or moments[-1][0] != note:
            moments.append((note, time.perf_counter(), time.process_time()))

    seen(0, 0, "keys")
    draw_map(project, progress=seen)
    seen(0, 0, "the end")
    return [
        {"step": note, "seconds": round(till - since, 2), "cpu_seconds": round(used - before, 2)}
        for (note, since, before), (_, till, used) in pairwise(moments)
    ]


def _opening(project: Any) -> dict[str, Any]:
    """Milliseconds of each answer inside the process, and its size."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    client = Client()
    client.force_login(get_user_model().objects.create_superuser("mira"))
    at = f"/projects/{project.slug}/map/"
    found = {}
    for name in ("", "points/", "colours/?by=agreement", "colours/?by=error"):
        took, answer = [], client.get(at + name)
        for _ in range(VISITS):
            started = time.perf_counter()
            answer = client.get(at + name)
            took.append(1000 * (time.perf_counter() - started))
        assert answer.status_code == 200, name
        median = round(statistics.median(took), 1)
        found[f"map/{name}"] = {"median_ms": median, "bytes": len(answer.content)}
    return found


def _neighbours() -> dict[str, Any]:
    """Share of a recorded text's ten nearest by meaning that are among its ten on the map."""
    from curation.embeddings import embed
    from curation.mapping import layout

    paths = sorted((ROOT / "demo" / "recordings").rglob("*.jsonl"))
    lines = [line for path in paths for line in path.read_text(encoding="utf-8").splitlines()]
    vectors = embed(list(dict.fromkeys(json.loads(line)["text"] for line in lines)))
    near = _nearest(vectors)
    ways = {"principal components alone": layout.principal_components(vectors)[:, :2]}
    ways["t-SNE of all"] = layout.lay_out(vectors).places
    whole = layout.TSNE
    for part in (2, 4):
        layout.TSNE = len(vectors) // part
        ways[f"t-SNE of one in {part}, others beside them"] = layout.lay_out(vectors).places
    layout.TSNE = whole
    kept = {name: _shared(near, _nearest(places)) for name, places in ways.items()}
    return {"texts": len(vectors), "by_chance": NEIGHBOURS / len(vectors), "kept": kept}


def _nearest(rows: npt.NDArray[np.float32]) -> npt.NDArray[np.int64]:
    squares = (rows * rows).sum(axis=1)
    far = squares[:, None] + squares[None] - 2 * rows @ rows.T
    np.fill_diagonal(far, np.inf)
    return np.argsort(far, axis=1, kind="stable")[:, :NEIGHBOURS]


def _shared(one: npt.NDArray[np.int64], other: npt.NDArray[np.int64]) -> float:
    shares = [len(set(a) & set(b)) / NEIGHBOURS for a, b in zip(one, other, strict=True)]
    return round(statistics.mean(shares), 3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=10_000)
    options = parser.parse_args()
    before = environment()
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {
            "CONCORD_HOME": home,
            "DJANGO_SETTINGS_MODULE": "curation.settings",
            "CONCORD_HOSTS": "testserver",
        }
        measured = inside(options.texts)
    for step in measured["steps"]:
        print(f"{step['seconds']:8.1f} s {step['cpu_seconds']:8.1f} s of processor  {step['step']}")
    for name, page in measured["pages"].items():
        print(f"{page['median_ms']:8.1f} ms {page['bytes']:>10,} bytes  {name}")
    for name, share in measured["neighbours"]["kept"].items():
        print(f"{share:8.3f} of ten neighbours  {name}")
    content = {"texts": options.texts, **measured}
    print(f"Kept in {record(f'map-{options.texts}', content, before=before).relative_to(ROOT)}")


if __name__ == "__main__":
    main()
