"""Every page of training answers, asks for a login, and says what it is for when it is empty."""

from __future__ import annotations

import pytest
from django.test import Client

from curation.models import Project
from tests.curation.pages import text_of
from tests.training.scored_study import drawn_run, scored_study

pytestmark = pytest.mark.django_db

HOME = "/projects/headlines/training/"
PATHS = [HOME, f"{HOME}jobs/", "/studies/", "/studies/new/", "/studies/as-good/",
         "/studies/as-good/now/", "/studies/new/?project=headlines",
         "/studies/new/?shape=paper-one"]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_every_page_asks_for_a_login(client: Client, project: Project, path: str) -> None:
    assert client.get(path).headers["Location"].startswith("/login/")


@pytest.mark.parametrize("path", PATHS)
def test_every_page_answers(reader: Client, project: Project, path: str) -> None:
    scored_study()

    assert text_of(reader, path)


def test_a_run_has_a_page_of_its_own(reader: Client, project: Project) -> None:
    run = drawn_run(project, "Real", 0)

    page = text_of(reader, f"{HOME}runs/{run.pk}/")

    assert "Real, seed 0" in page
    assert f"Macro-F1 {run.macro_f1:.3f}" in page
    assert "Is it as often right as it says?" in page
