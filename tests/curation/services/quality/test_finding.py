"""From the id somebody has elsewhere to their pseudonym here."""

from __future__ import annotations

import pytest

from curation.errors import BadInput
from curation.services.annotating.joining import join, member_name, worker_name
from curation.services.pulling import pseudonym
from curation.services.quality.finding import find_annotators
from tests.curation.annotating.room import make_room

pytestmark = pytest.mark.django_db


def test_somebody_is_found_by_every_id_they_may_have() -> None:
    target = make_room(texts=1)
    names = {
        "5f3c1": worker_name(target, "5f3c1"),
        "mira": member_name("mira"),
        "Mira@example.org": pseudonym("mira@example.org"),
    }
    for name in names.values():
        join(target, name)

    for known_as, name in names.items():
        (found,) = find_annotators(target.project, known_as)
        assert found.annotator.name == name
        assert [same.how for same in find_annotators(target.project, name)] == ["the name itself"]


def test_an_id_nobody_has_finds_nobody() -> None:
    target = make_room(texts=1)

    assert find_annotators(target.project, "nobody\n") == []
    with pytest.raises(BadInput, match="whom to find"):
        find_annotators(target.project, " ")


@pytest.mark.usefixtures("nul_is_refused")
def test_nobody_is_known_by_an_id_with_a_nul() -> None:
    assert find_annotators(make_room(texts=1).project, "a\0b") == []
