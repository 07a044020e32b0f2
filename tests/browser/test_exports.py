"""A version is taken along in a real browser, in every form."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest

from curation.exporters import EXPORTERS
from curation.models import Project
from curation.services.importing_versions import import_dataset
from tests.browser.accessibility import findings
from tests.factories import make_curated, make_project

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

PATH = "/projects/jokes/versions/1/"


@pytest.fixture
def project() -> Project:
    project = make_project("jokes", labels=("joke", "news"))
    make_curated(project)
    return project


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("form", list(EXPORTERS))
def test_each_form_downloads_as_one_zip_that_can_be_imported(
    project: Project, open_page: Any, form: str, width: int, tmp_path: Path
) -> None:
    page = open_page(PATH, width=width, accept_downloads=True)
    link = page.get_by_role("link", name=EXPORTERS[form].title, exact=True)

    with page.expect_download() as waiting:
        link.click()
    waiting.value.save_as(tmp_path / waiting.value.suggested_filename)

    path = tmp_path / f"jokes-v1-{form}.zip"
    assert zipfile.ZipFile(path).testzip() is None
    copy = import_dataset(path, slug="copy").version
    assert copy.fingerprint == project.dataset_versions.get(number=1).fingerprint
    assert page.problems == []


def test_a_form_is_reached_and_taken_by_keyboard(project: Project, open_page: Any) -> None:
    page = open_page(PATH, accept_downloads=True)
    link = page.get_by_role("link", name="Croissant", exact=True)

    link.focus()
    with page.expect_download() as waiting:
        page.keyboard.press("Enter")

    assert waiting.value.suggested_filename == "jokes-v1-croissant.zip"


@pytest.mark.parametrize("width", [1280, 390])
def test_what_can_be_taken_along_fits_and_is_accessible(
    project: Project, open_page: Any, width: int
) -> None:
    page = open_page(PATH, width=width)

    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.locator(".takes .size").count() == len(EXPORTERS)
    assert findings(page) == []
