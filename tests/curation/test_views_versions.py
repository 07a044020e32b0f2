"""A dataset version's page: its files, and its rows page by page."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from curation.models import DatasetExample, DatasetVersion, Project
from curation.services.report.rows import PAGE
from tests.curation.pages import text_of
from tests.factories import make_curated, make_example, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    return make_project("jokes", labels=("joke", "news"))


@pytest.fixture
def reader(admin_client: Client) -> Client:
    return admin_client


def test_the_rows_of_a_version_come_page_by_page_and_each_once(
    reader: Client, project: Project
) -> None:
    versions = make_curated(project)
    add_rows(versions[0], 2 * PAGE)
    seen: list[str] = []
    path = "/projects/jokes/versions/1/?order=disputed"

    while path:
        page = text_of(reader, path)
        seen += re.findall(r'<p class="name"><a [^>]*>([^<]+)</a>', page)
        following = page.split('<a href="?')[-1].split('#rows">Next rows')
        path = (
            f"/projects/jokes/versions/1/?{following[0].replace('&amp;', '&')}"
            if len(following) > 1
            else ""
        )

    assert len(seen) == len(set(seen)) == 10 + 2 * PAGE


def add_rows(version: DatasetVersion, number: int) -> None:
    label = version.project.labels.get(name="joke")
    DatasetExample.objects.bulk_create(
        DatasetExample(
            version=version,
            example=make_example(version.project),
            label=label,
            votes=[2, 1],
            agreement=2 / 3,
            entropy=0.9,
            probability=2 / 3,
        )
        for _ in range(number)
    )


def test_rows_can_be_narrowed_to_what_was_dropped_of_a_label(
    reader: Client, project: Project
) -> None:
    make_curated(project)

    page = text_of(reader, "/projects/jokes/versions/1/?show=dropped&label=news")

    assert page.count('class="card"') == 1


def test_an_address_that_means_nothing_shows_the_first_rows(
    reader: Client, project: Project
) -> None:
    make_curated(project)

    page = text_of(reader, "/projects/jokes/versions/1/?show=x&order=y&label=z&after=1e~nan")

    assert page.count('class="card"') == 10
