"""A person's way along the line: whatever lies on it, what is due to them is found."""

from __future__ import annotations

import pytest

from curation.services.annotating import line
from curation.services.annotating.rounds import RoundOptions
from curation.services.annotating.serving import next_tasks
from curation.services.quality.acting import act
from tests.curation.annotating.room import answer, make_room, sit

pytestmark = pytest.mark.django_db


def test_many_texts_asked_again_do_not_keep_first_ones_from_who_judged_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(line, "NEAR", 2)
    monkeypatch.setattr(line, "FARTHEST", 2)
    target = make_room(texts=6, options=RoundOptions(overlap=2))
    ann, bob = sit(target, "ann"), sit(target, "bob")
    for _ in range(4):
        answer(ann), answer(bob)

    act(ann.annotator, "requeue", reason="a test", by="mira")

    assert len(next_tasks(bob, count=1)) == 1
