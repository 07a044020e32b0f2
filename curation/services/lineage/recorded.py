"""Where a synthetic text was recorded, when no generation run here wrote it."""

from __future__ import annotations

from curation.models import Example
from curation.services.lineage.hooks import Fact, Origin


def recorded_origin(example: Example) -> Origin | None:
    """The recording that a text was taken from, by its provenance; None where it names none."""
    known = example.provenance
    if "recording" not in known:
        return None
    place = f"turn {known.get('turn')}, text {known.get('position')}"
    facts = [
        Fact(term="Method", text=str(known.get("method", "")).replace("_", "-")),
        Fact(term="Recording", text=f"{known['recording']}, {place}"),
        Fact(term="SHA-256", text=str(known.get("recording_sha256", ""))),
    ]
    return Origin(facts=[fact for fact in facts if fact.text], prompt="")
