"""About how large an export is, without writing it."""

from __future__ import annotations

import zlib

from curation.exporters import EXPORTERS
from curation.models import DatasetVersion, Example

SAMPLE = 200  # texts looked at


def zip_sizes(version: DatasetVersion, *, votes: int) -> dict[str, int]:
    """Form → about how many bytes its zip has: within a factor of two, mostly.

    What texts come to is measured on a sample of them; what numbers and votes come to was measured
    once (see `curation.exporters.EXPORTERS`).
    """
    rows = version.kept + sum(version.dropped.values())
    per_text = _bytes_per_text(version)
    return {
        name: round(
            form.overhead + rows * (form.bytes_per_row + per_text) + votes * form.bytes_per_vote
        )
        for name, form in EXPORTERS.items()
    }


def _bytes_per_text(version: DatasetVersion) -> float:
    keys = list(version.rows.order_by("example").values_list("example", flat=True)[:SAMPLE])
    texts = list(Example.objects.filter(pk__in=keys).values_list("text", flat=True))
    return len(zlib.compress("\n".join(texts).encode())) / max(len(texts), 1)
