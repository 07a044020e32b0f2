"""`map`, for people and for programs; and what a kill leaves of it."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from curation.models import Project
from curation.services.corpus_map import find_map
from tests.curation.mapping.mapped import make_texts
from tests.factories import make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(concord_home: Path) -> Project:
    project = make_project("jokes", labels=("joke", "news"))
    make_texts(project, concord_home)
    return project


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("map", *arguments, stdout=out)
    return out.getvalue()


def test_the_map_is_drawn_once_and_told_again(project: Project) -> None:
    first = json.loads(run("jokes", "--json"))
    again = json.loads(run("jokes", "--json"))
    anew = json.loads(run("jokes", "--anew", "--json"))

    assert (first["texts"], first["shown"], first["new"]) == (40, 40, 0)
    assert [group["texts"] for group in first["groups"]] == [20, 20]
    assert again == first
    assert anew["drawn_at"] > first["drawn_at"]
    assert "40 texts on the map, in 2 groups:" in run("jokes")


def test_a_line_names_the_texts_within_it(project: Project) -> None:
    run("jokes")
    drawn = find_map(project)
    assert drawn is not None
    x, _ = drawn.points.shares()
    left = drawn.points.keys[x < 0.5].tolist()

    inside = json.loads(run("jokes", "--within", "-1,-1 0.5,-1 0.5,2 -1,2", "--json"))
    expected = project.examples.filter(pk__in=left).order_by("pk")

    assert inside["examples"] == list(expected.values_list("external_id", flat=True))
    assert "40 texts within the line" in run("jokes", "--within", "-1,-1 2,-1 2,2 -1,2")


def test_a_line_that_cannot_be_meant_is_refused_before_anything_is_drawn(project: Project) -> None:
    with pytest.raises(CommandError, match="3 to 500 corners"):
        run("jokes", "--within", "0,0")

    assert find_map(project) is None


def test_too_few_texts_are_a_sentence() -> None:
    make_project("empty")

    with pytest.raises(CommandError, match="has 0; generate or import some first"):
        run("empty")
