"""Drawing the map: vectors, places, groups, one file.

Killed at any point it leaves the map that was there; vectors made so far are kept, so the next
attempt goes on where this one ended.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from django.conf import settings
from django.utils import timezone

from curation.bulk import chunked
from curation.embeddings.vectors import TextEncoder
from curation.errors import NothingToDo
from curation.mapping.sampling import stratified
from curation.mapping.store import StoredMap, steps, write_map
from curation.models import Example, ExampleSummary, Project
from curation.progress import Progress, silent
from curation.services.corpus_map.finding import CorpusMap, find_map, map_path, names_of

FEWEST = 3  # texts
MOST = 100_000  # texts on a map; of more, a stratified sample
READ = 2_000  # texts read together

Keys = npt.NDArray[np.int64]


def draw_map(
    project: Project,
    *,
    seed: int = 0,
    encoder: TextEncoder | None = None,
    progress: Progress = silent,
) -> CorpusMap:
    """Draw the map of all texts and keep it; the same texts and seed give the same map.

    Args:
        encoder: instead of MiniLM; must give what it gives, since vectors are shared.

    Raises:
        NothingToDo: fewer than `FEWEST` texts; the map that was there stays.
        OSError: it cannot be kept, because the disk is full.
    """
    from curation.embeddings import embed  # heavy: a job's process only
    from curation.mapping.groups import groups_of
    from curation.mapping.layout import lay_out

    rows = _rows(project)
    if len(rows) < FEWEST:
        raise NothingToDo(
            f"A map takes {FEWEST} texts or more, and project {project.slug!r} has {len(rows)}; "
            "generate or import some first."
        )
    keys = rows[stratified(rows[:, 1], MOST, seed=seed), 0]
    texts = _texts(keys, progress)
    vectors = embed(texts, cache=_cache(), encoder=encoder, progress=_saying(progress))
    layout = lay_out(vectors, seed=seed, progress=progress)
    progress(3, 3, "groups and their words")
    groups = groups_of(layout.places, texts, seed=seed)
    typical = keys[list(groups.typical)].tolist()
    notes = {
        **_marks(project, rows),
        "seed": seed,
        "placed": layout.placed,
        "groups": list(zip(groups.words, groups.sizes, typical, strict=True)),
    }
    x, y = (steps(layout.places[:, side]) for side in (0, 1))
    write_map(map_path(project), StoredMap(keys=keys, x=x, y=y, group=groups.group, notes=notes))
    found = find_map(project)
    assert found is not None
    return found


def _marks(project: Project, rows: Keys) -> dict[str, Any]:
    """What tells the map from others, and which texts it knows of."""
    at = timezone.now().isoformat()
    return {
        "project": names_of(project),
        "stamp": hashlib.sha256(f"{project.pk} {at}".encode()).hexdigest()[:16],
        "at": at,
        "texts": len(rows),
        "last": int(rows[-1, 0]),
    }


def _rows(project: Project) -> Keys:
    """(N, 2) keys of all texts, ascending, and a number for what each one is."""
    known = ExampleSummary.objects.filter(project=project).order_by("pk")
    strata: dict[tuple[str, str, int | None], int] = {}
    found = [
        (key, strata.setdefault((split, source, intended), len(strata)))
        for key, split, source, intended in known.values_list(
            "pk", "split", "source", "intended_id"
        ).iterator(chunk_size=READ)
    ]
    return np.array(found, dtype=np.int64).reshape(-1, 2)


def _texts(keys: Keys, progress: Progress) -> list[str]:
    texts: list[str] = []
    for some in chunked(keys.tolist(), READ):
        progress(len(texts), len(keys), "reading texts")
        by_key = dict(Example.objects.filter(pk__in=some).values_list("pk", "text"))
        texts += [by_key[key] for key in some]
    return texts


def _saying(progress: Progress) -> Progress:
    def said(done: int, total: int, note: str = "") -> None:
        progress(done, total, note or "vectors of texts")

    return said


def _cache() -> Path:
    return Path(settings.CONCORD_HOME) / "embeddings" / "minilm"
