"""About how large an export is, without writing it."""

from __future__ import annotations

from django.db.models import Sum
from django.db.models.functions import Length

from curation.exporters import Form
from curation.models import DatasetVersion, Example

SAMPLE = 200  # rows looked at
FIXED, PER_VOTE = 12_000, 8  # bytes in the zip: texts beside the tables; one vote


def zip_bytes(version: DatasetVersion, form: Form, *, votes: int) -> int:
    """About how many bytes the zip of this form has: within a factor of two, mostly."""
    rows = version.kept + sum(version.dropped.values())
    keys = version.rows.order_by("pk").values_list("example", flat=True)[:SAMPLE]
    sample = list(keys)
    letters = Example.objects.filter(pk__in=sample).aggregate(n=Sum(Length("text")))["n"] or 0
    per_text = letters / max(len(sample), 1) * form.text_share
    return round(FIXED + rows * (form.bytes_per_row + per_text) + PER_VOTE * votes)
