"""Figures and flags of a project's annotators, worked out from its rows and kept."""

from __future__ import annotations

import pytest

from curation.models import Annotation, Project
from curation.services.quality.acting import act
from curation.services.quality.lines import annotator_lines
from curation.services.quality.measuring import measure, measured
from tests.curation.services.quality.crowded import make_crowded
from tests.factories import annotate, make_project

pytestmark = pytest.mark.django_db


def test_those_to_look_at_come_first_with_a_sentence_each() -> None:
    project = make_crowded()

    lines = annotator_lines(project).people

    assert {line.annotator.name for line in lines[:2]} == {"sim-05", "sim-06"}
    assert all(line.flags and line.flags[0].sentence for line in lines[:2])
    assert not any(line.flags for line in lines[2:])


def test_a_line_says_what_somebody_did() -> None:
    project = make_crowded()

    line = annotator_lines(project).people[-1]

    assert (line.votes + line.skips, line.checks, line.rounds) == (40, 6, (1,))
    assert line.last is not None
    assert line.annotator.simulated
    assert line.figures["gold"].n == 6
    assert line.verdict == "attentive"


def test_figures_are_kept_until_an_answer_comes() -> None:
    project = make_crowded(texts=10, known=0)
    first = measured(project)
    assert first is not None

    assert measured(project) == first

    last = Annotation.objects.last()
    assert last is not None
    last.delete()
    second = measured(project)
    assert second is not None
    assert second.answers == first.answers - 1


def test_many_answers_are_not_measured_while_somebody_waits() -> None:
    project = make_crowded(texts=10, known=0)

    assert measured(project, at_most=59) is None
    measure(project)
    Annotation.objects.all()[:1].get().delete()
    old = measured(project, at_most=58)

    assert old is not None
    assert not old.fresh


def test_figures_of_another_project_of_the_same_name_are_not_taken() -> None:
    measure(make_crowded(texts=10, known=0))
    Project.objects.update(slug="older")

    make_project("jokes").annotators.create(name="sim-01")
    lines = annotator_lines(Project.objects.get(slug="jokes"), at_most=-1)

    assert (lines.at, [line.answers for line in lines.people]) == (None, [0])


def test_nobody_is_measured_against_somebody_set_aside() -> None:
    project = make_crowded({"expert": 2, "adversarial": 3}, texts=30, known=0)
    before = {line.annotator.name: line for line in annotator_lines(project).people}
    for name in ("sim-03", "sim-04", "sim-05"):
        act(project.annotators.get(name=name), "requeue", reason="test", by="mira")

    after = {line.annotator.name: line for line in annotator_lines(project).people}

    for name in ("sim-01", "sim-02"):
        gained = after[name].figures["agreement"].value - before[name].figures["agreement"].value
        assert gained > 0.2
    assert after["sim-03"].votes == 30


def test_somebody_who_answered_nothing_has_a_line_without_figures() -> None:
    project = make_project()
    annotate(project, ["joke", "joke"])
    project.annotators.create(name="idle")

    line = next(x for x in annotator_lines(project).people if x.annotator.name == "idle")

    assert (line.answers, line.figures, line.flags) == (0, {}, ())
