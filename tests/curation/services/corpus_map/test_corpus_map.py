"""The map of a project: drawn, found again, told when it is old, coloured by what is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from curation.errors import BadInput, JobCancelled, NothingToDo
from curation.models import Project
from curation.reporting import LabelStyle
from curation.services.corpus_map import (
    COLOURINGS,
    codes_of,
    draw_map,
    drawing,
    find_map,
    legend_of,
)
from curation.services.examples_table.acting import set_aside
from curation.services.predictions import NewPrediction, attach_predictions
from curation.services.report.examples import styles_of
from curation.services.summaries import refresh
from tests.curation.mapping.mapped import give_vectors, make_map, make_texts
from tests.factories import annotate, make_example, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    return make_project("jokes", labels=("joke", "news"))


def test_a_map_is_drawn_and_found_again(project: Project, concord_home: Path) -> None:
    assert find_map(project) is None
    make_texts(project, concord_home)

    drawn = draw_map(project)
    found = find_map(project)

    assert found is not None
    assert found.stamp == drawn.stamp
    assert found.shown == found.texts == found.placed == 40
    assert sum(group.size for group in found.groups) == 40
    assert found.new == 0
    keys = list(project.examples.order_by("pk").values_list("pk", flat=True))
    assert found.points.keys.tolist() == keys


def test_the_same_texts_give_the_same_map(project: Project, concord_home: Path) -> None:
    first = make_map(project, concord_home)

    second = draw_map(project)

    assert (first.points.x == second.points.x).all()
    assert (first.points.y == second.points.y).all()
    assert [group.words for group in first.groups] == [group.words for group in second.groups]


def test_texts_that_came_since_are_counted(project: Project, concord_home: Path) -> None:
    make_map(project, concord_home)
    make_example(project, "another one")
    make_example(make_project("others"), "not of this project")

    found = find_map(project)

    assert found is not None
    assert found.new == 1


def test_a_project_of_the_same_name_has_no_map_yet(project: Project, concord_home: Path) -> None:
    make_map(project, concord_home)
    later = make_project("later")
    Project.objects.filter(pk=project.pk).update(slug="earlier")
    Project.objects.filter(pk=later.pk).update(slug="jokes")

    assert find_map(Project.objects.get(slug="jokes")) is None


def test_too_few_texts_are_no_map_and_change_nothing(project: Project) -> None:
    make_example(project)

    with pytest.raises(NothingToDo, match="takes 3 texts or more, and project 'jokes' has 1"):
        draw_map(project)
    assert find_map(project) is None


def test_a_drawing_that_is_stopped_leaves_the_map_that_was_there(
    project: Project, concord_home: Path
) -> None:
    before = make_map(project, concord_home)

    def stopped(done: int, total: int, note: str = "") -> None:
        if note.startswith("groups"):
            raise JobCancelled

    with pytest.raises(JobCancelled):
        draw_map(project, progress=stopped)

    found = find_map(project)
    assert found is not None
    assert found.stamp == before.stamp


def test_of_too_many_texts_a_sample_is_shown(
    project: Project, concord_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing, "MOST", 12)

    found = make_map(project, concord_home)

    assert (found.shown, found.texts) == (12, 40)
    intended = codes_of(project, "intended", found.points.keys)
    assert np.bincount(intended).tolist() == [0, 6, 6]


def test_colours_say_what_is_known_of_each_text(project: Project, concord_home: Path) -> None:
    texts = ["agreed", "tied", "unjudged", "wrongly predicted", "real"]
    give_vectors(concord_home, dict.fromkeys(texts, 0))
    agreed = annotate(project, ["joke"] * 3, example=make_example(project, "agreed", name="a"))
    annotate(project, ["joke", "news"], example=make_example(project, "tied", name="t"))
    make_example(project, "unjudged", name="u", intended="news")
    wrong = annotate(project, ["news"] * 3, example=make_example(project, "wrongly predicted"))
    make_example(project, "real", source="real")
    said = {"joke": 0.9, "news": 0.1}
    attach_predictions(
        project,
        "training:1",
        [NewPrediction(example=one.external_id, probs=said) for one in (agreed, wrong)],
    )
    set_aside(project, [agreed.pk], reason="a trial", by="mira")
    refresh(project)

    keys = draw_map(project).points.keys
    codes = {by: codes_of(project, by, keys).tolist() for by in COLOURINGS}

    assert codes == {
        "source": [0, 0, 0, 0, 1],
        "intended": [0, 0, 2, 0, 0],
        "label": [1, 3, 0, 2, 0],
        "agreement": [5, 1, 0, 5, 0],
        "error": [1, 0, 0, 2, 0],
        "aside": [1, 0, 0, 0, 0],
    }
    for by, some in codes.items():
        assert set(some) <= {shade.code for shade in legend_of(by, styles_of(project))}


def test_there_is_no_such_colour(project: Project) -> None:
    with pytest.raises(BadInput, match="not by 'beauty'"):
        codes_of(project, "beauty", np.array([1]))


def test_every_legend_has_each_code_once() -> None:
    styles = [LabelStyle(name=str(n), title=str(n), position=n) for n in range(12)]

    for by in COLOURINGS:
        codes = [shade.code for shade in legend_of(by, styles)]
        assert codes == list(range(len(codes)))
