from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from curation.models import Job, Project
from tests.training.factories import make_project
from tests.training.services.studies.plans import cells, plan
from training.errors import StudyNotFound, StudyRefused
from training.models import Study
from training.services.studies import all_studies, create_study, delete_study, get_study
from training.services.studies.at_work import claim_on
from training.services.studies.creating import check_rows
from training.services.studies.starting import newest_job, start_study
from training.services.studies.wanting import StudyRows
from training.studies.plan import Arm, StudyPlan


def test_a_study_is_written_down_with_all_its_cells(project: Project) -> None:
    study = create_study(plan(seeds=2), "s")

    assert cells() == [("real", 0, ""), ("made", 0, ""), ("real", 1, ""), ("made", 1, "")]
    assert list(study.projects.all()) == [project]
    assert [one.word for one in all_studies()] == ["ready"]


def test_the_same_plan_under_the_same_slug_is_the_same_study(project: Project) -> None:
    first = create_study(plan(), "s")

    assert create_study(plan(title="Said in other words"), "s") == first
    with pytest.raises(StudyRefused, match="another plan; choose another name"):
        create_study(plan(seeds=2), "s")
    assert len(cells()) == 2


@pytest.mark.parametrize("others", [plan(), plan(seeds=2)], ids=["the same", "another"])
def test_a_plan_written_down_while_its_rows_are_read_is_not_written_twice(
    project: Project, monkeypatch: pytest.MonkeyPatch, others: StudyPlan
) -> None:
    def second_click(rows: StudyRows) -> dict[str, Project]:
        monkeypatch.undo()
        create_study(others, "s")
        return check_rows(rows)

    monkeypatch.setattr("training.services.studies.creating.check_rows", second_click)

    if others == plan():
        assert create_study(plan(), "s") == get_study("s")
    else:
        with pytest.raises(StudyRefused, match="another plan"):
            create_study(plan(), "s")

    assert len(cells()) == 2 * others.seeds


@pytest.mark.django_db(transaction=True)
def test_whether_a_study_is_under_way_is_looked_up_where_it_is_started(
    concord_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_project()
    study = create_study(plan(), "s")
    within: list[bool] = []

    def looked(asked: Study) -> Job | None:
        within.append(connection.in_atomic_block)
        return newest_job(asked)

    monkeypatch.setattr("training.services.studies.starting.newest_job", looked)

    first, second = start_study(study), start_study(study)

    assert within == [True, True]
    assert (first.new, second.new, first.job) == (True, False, second.job)


@pytest.mark.parametrize(
    ("changed", "slug", "sentence"),
    [
        ({"projects": ("headlines", "nobody")}, "s", "no project 'nobody'"),
        ({"arms": (Arm(name="a", source="random:3"),)}, "s", "Arm 'a'.* no dataset version 3"),
        ({"arms": (Arm(name="a", source="real@500"),)}, "s", "asks for more than"),
        (
            {"arms": (Arm(name="a", source="real", quality="judged", keep_quality=0.1),)},
            "s",
            "no judged texts",
        ),
        (
            {"classifiers": {"m": {"patience": 2, "evaluate_every": 5}}},
            "s",
            "Arm 'real'.* sets no validation texts aside",
        ),
        ({}, "Not a slug", "cannot name a study"),
        ({}, "s" * 61, "cannot name a study"),
        ({"title": "t" * 201}, "s", "has 201 characters; 200 are the most"),
        ({"title": "t\0"}, "s", "NUL character"),
        ({"classifiers": {"m": {"weight_decay": float("nan")}}}, "s", "no plain one"),
    ],
)
def test_what_cannot_be_run_is_not_written_down(
    project: Project, changed: dict[str, Any], slug: str, sentence: str
) -> None:
    with pytest.raises(StudyRefused, match=sentence):
        create_study(plan(**changed), slug)

    assert not Study.objects.exists()


def test_every_project_needs_a_test_set(project: Project) -> None:
    make_project("untested", test=0)

    with pytest.raises(StudyRefused, match="'untested' has no test set"):
        create_study(plan(projects=("headlines", "untested")), "s")


def test_a_study_at_work_is_not_forgotten(project: Project) -> None:
    study = create_study(plan(), "s")
    claim = claim_on(study)
    assert claim.take()

    with pytest.raises(StudyRefused, match="at work"):
        delete_study("s")
    claim.release()
    delete_study("s")

    with pytest.raises(StudyNotFound):
        get_study("s")
