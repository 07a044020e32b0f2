"""One run's page, however the run ended."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from django.contrib.auth.models import User
from django.test import Client

from curation.models import Project, Role
from tests.curation.pages import text_of
from tests.factories import make_member, make_project
from tests.training.factories import LABELS
from tests.training.scored_study import drawn_run, scored_study
from training.fitting.config import FitConfig
from training.fitting.dynamics import Dynamics, regions, write_dynamics
from training.fitting.rows import Row, rows_as_text
from training.models import TrainingRun
from training.services.finished import folder_of

pytestmark = pytest.mark.django_db


def page_of(reader: Client, run: TrainingRun) -> str:
    return text_of(reader, f"/projects/headlines/training/runs/{run.pk}/")


def test_studies_of_projects_one_may_not_read_are_not_named(admin_user: User) -> None:
    study = scored_study()
    study.projects.add(make_project("secret-plans"))
    run = TrainingRun.objects.exclude(macro_f1=None).order_by("pk")[0]
    auditor, owner_of_all = Client(), Client()
    auditor.force_login(make_member(run.project, Role.AUDITOR))
    owner_of_all.force_login(admin_user)

    assert study.title in page_of(owner_of_all, run)
    assert study.title not in page_of(auditor, run)


def learned_rows(run: TrainingRun, rows: list[tuple[str, float | None, float, float]]) -> None:
    """Files of a run that noted how it learned: text, agreement, confidence, variability."""
    folder = folder_of(run)
    written = [
        Row(id=text, text=text, label="joke", agreement=agreement) for text, agreement, _, _ in rows
    ]
    folder.train.parent.mkdir(parents=True)
    folder.train.write_text(rows_as_text(written))
    confidence = np.array([row[2] for row in rows])
    variability = np.array([row[3] for row in rows])
    seen = np.full(len(rows), 5, dtype=np.int64)
    found = Dynamics(
        ids=[row.id for row in written],
        labels=["joke"] * len(rows),
        seen=seen,
        confidence=confidence,
        variability=variability,
        correctness=confidence,
        regions=regions(confidence, variability, seen),
    )
    write_dynamics(folder.dynamics, found)


def test_a_finished_run_tells_scores_labels_confusion_and_calibration(
    reader: Client, project: Project
) -> None:
    page = page_of(reader, drawn_run(project, "Real", 0))

    assert "accuracy" in page
    assert "Precision" in page
    assert "3 texts longer than its limit of tokens" in page
    assert "What it takes for what" in page
    assert "Expected calibration error" in page
    assert "The numbers as a table" in page


def test_a_run_that_failed_says_why(reader: Client, project: Project) -> None:
    run = drawn_run(project, "Real", 0)
    TrainingRun.objects.update(
        status="failed", metrics={}, macro_f1=None, error="It ran out of memory; use fewer rows."
    )

    page = page_of(reader, run)

    assert "It broke off." in page
    assert "It ran out of memory; use fewer rows." in page
    assert "What it takes for what" not in page


def test_settings_that_differ_stand_out(reader: Client, project: Project) -> None:
    run = drawn_run(project, "Real", 0)
    TrainingRun.objects.update(config=FitConfig(labels=LABELS, max_steps=7).as_json())

    page = page_of(reader, run)

    assert page.count("not the default") == 1


def test_studies_that_use_it_are_named(reader: Client, project: Project) -> None:
    study = scored_study()
    run = TrainingRun.objects.order_by("pk").first()
    assert run is not None

    assert f'href="/studies/{study.slug}/"' in page_of(reader, run)


def test_a_checker_says_that_it_judged_for_others(reader: Client, project: Project) -> None:
    run = drawn_run(project, "Real", 0)
    TrainingRun.objects.update(purpose="check")

    assert "A checker: it judged training texts for other runs." in page_of(reader, run)


def test_how_it_learned_is_crossed_with_what_people_say(
    reader: Client, project: Project, concord_home: Path
) -> None:
    run = drawn_run(project, "Real", 0)
    rows = [
        ("agreed and never learned", 1.0, 0.1, 0.05),
        ("disputed and wavering", 0.6, 0.5, 0.3),
        ("hard and unjudged", None, 0.2, 0.1),
        ("agreed and easy", 1.0, 0.9, 0.05),
    ]
    learned_rows(run, rows)

    page = page_of(reader, run)

    suspect, rest = page.split("Suspect labels")[1].split("Matters of opinion")
    opinion, hard = rest.split("Hard, and judged by nobody")
    assert "agreed and never learned" in suspect
    assert "disputed and wavering" in opinion
    assert "hard and unjudged" in hard
    assert "agreed and easy" not in suspect + opinion + hard


def test_a_run_of_another_project_is_not_found(reader: Client, project: Project) -> None:
    run = drawn_run(project, "Real", 0)

    assert reader.get(f"/projects/other/training/runs/{run.pk}/").status_code == 404
    assert reader.get(f"/projects/headlines/training/runs/{10**30}/").status_code == 404


def test_a_label_that_no_training_text_has_is_named(reader: Client, project: Project) -> None:
    run = drawn_run(project, "Real", 0)
    run.metrics["unseen"] = ["news"]
    run.save(update_fields=["metrics"])

    assert "news: no training text has that label" in page_of(reader, run)
