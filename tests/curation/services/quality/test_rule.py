"""The rule that warns or pauses by itself: off at first, once each, never against a person."""

from __future__ import annotations

import pytest

from curation.errors import BadInput
from curation.models import Annotation, Project, Task
from curation.services.quality import measuring
from curation.services.quality.acting import act
from curation.services.quality.measuring import measure
from curation.services.quality.rule import apply_flags, projects_due, set_rule
from tests.curation.services.quality.crowded import make_crowded

pytestmark = pytest.mark.django_db


def standings(project: Project) -> list[str]:
    return list(project.annotators.order_by("name").values_list("standing", flat=True))


def test_nothing_happens_unless_the_project_asks_for_it() -> None:
    project = make_crowded()

    assert project.annotator_rule == "off"
    assert apply_flags(project) == []
    assert standings(project) == ["good"] * 6


def test_flagged_annotators_are_paused_with_the_sentence_as_the_reason() -> None:
    project = make_crowded()
    set_rule(project, "pause")

    done = apply_flags(project)

    assert standings(project) == ["good"] * 4 + ["paused"] * 2
    assert len(done) == 2
    action = project.annotators.get(name="sim-05").actions.get()
    assert action.by == "rule"
    assert "probability" in action.reason
    assert action.figures["flags"]


def test_a_rule_that_only_warns_pauses_nobody() -> None:
    project = make_crowded()
    set_rule(project, "warn")

    apply_flags(project)

    assert standings(project) == ["good"] * 4 + ["warned"] * 2


def test_what_a_person_undid_is_not_done_again() -> None:
    project = make_crowded()
    set_rule(project, "pause")
    apply_flags(project)
    act(project.annotators.get(name="sim-05"), "resume", reason="spoke with them", by="mira")

    assert apply_flags(project) == []
    assert standings(project)[4] == "good"


def test_somebody_a_person_let_back_in_is_left_alone() -> None:
    project = make_crowded()
    person = project.annotators.get(name="sim-05")
    act(person, "requeue", reason="looked bad", by="mira")
    act(person, "restore", reason="was wrong", by="mira")

    apply_flags(project, rule="pause")

    assert standings(project)[4] == "good"


def test_a_rule_that_is_none_is_refused() -> None:
    with pytest.raises(BadInput, match="no rule 'ban'"):
        set_rule(make_crowded(texts=2, known=0), "ban")


def test_figures_are_worked_out_again_where_a_rule_needs_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(measuring, "REST", 0.0)
    project = make_crowded(texts=10, known=0)
    assert projects_due() == []

    set_rule(project, "warn")
    assert projects_due() == [project]

    measure(project)
    assert projects_due() == []

    for name in ("new-1", "new-2", "new-3"):
        person = project.annotators.create(name=name)
        Annotation.objects.bulk_create(
            Annotation(task=task, annotator=person) for task in Task.objects.all()
        )
    assert projects_due() == [project]
