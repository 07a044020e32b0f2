"""`simulate`: a round that a crowd of programs answers."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from tests.factories import make_example, make_project

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("intended", "crowd", "what"),
    [(None, "expert:3", "no intended label"), ("joke", "expert:1", "A crowd of 1 cannot give 2")],
)
def test_a_crowd_that_cannot_begin_leaves_no_round(
    intended: str | None, crowd: str, what: str
) -> None:
    project = make_project(overlap=2)
    make_example(project, intended=intended)

    with pytest.raises(CommandError, match=what):
        call_command("simulate", "jokes", "--crowd", crowd)

    assert not project.rounds.exists()


def test_a_crowd_answers_until_each_text_has_its_votes(capsys: pytest.CaptureFixture[str]) -> None:
    project = make_project(overlap=2)
    make_example(project, intended="joke")

    call_command("simulate", "jokes", "--crowd", "expert:3")

    assert "2 answers of a simulated crowd" in capsys.readouterr().out
    assert project.rounds.get().simulated
