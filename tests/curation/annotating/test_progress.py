"""What people are told about themselves, and who gets a completion code."""

from __future__ import annotations

import pytest

from curation.models import AnnotationRound, Participation
from curation.services.annotating.progress import standing_of
from curation.services.annotating.rounds import RoundOptions, change_state
from curation.services.annotating.serving import next_tasks
from tests.curation.annotating.room import answer, make_room, sit

pytestmark = pytest.mark.django_db


def test_who_is_cut_off_by_the_end_of_a_round_gets_a_code_all_the_same() -> None:
    target = make_room()
    ann, bob = sit(target, "ann"), sit(target, "bob")
    answer(ann)

    change_state(target, AnnotationRound.State.CLOSED)

    told = [standing_of(Participation.objects.get(pk=person.pk)) for person in (ann, bob)]
    assert [(standing.finished, bool(standing.code)) for standing in told] == [
        (True, True),
        (False, False),
    ]


def test_who_came_when_nothing_was_left_gets_no_code() -> None:
    target = make_room(
        texts=1, options=RoundOptions(overlap=1, completion_url="https://a.org/?cc=1")
    )
    answer(sit(target, "ann"))
    late = sit(target, "bob")

    assert next_tasks(late) == []

    standing = standing_of(late)
    assert (standing.finished, standing.code, standing.completion_url) == (True, "", "")
