"""SQLite has no room: a sentence on the page, nothing half written, and on it goes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client

from curation.models import Job
from tests.factories import make_project

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's own limit is used"),
]


def pragma(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {statement}")
        return int(cursor.fetchone()[0])


@pytest.fixture
def room() -> Iterator[int]:
    """How many pages the database may grow to when there is room."""
    before = pragma("max_page_count")
    yield before
    pragma(f"max_page_count = {before}")


def test_a_page_says_that_the_disk_is_full_and_works_when_it_is_not(
    client: Client, room: int
) -> None:
    project = make_project()
    client.force_login(get_user_model().objects.create_superuser("ann", password="x"))
    address = f"/projects/{project.slug}/jobs/start/agreement/"
    pragma(f"max_page_count = {pragma('page_count')}")
    accepted_before, refused = 0, client.post(address)
    while refused.status_code == 302:
        accepted_before += 1
        Job.objects.update(state="successful")  # so that the next one is another job
        refused = client.post(address)

    pragma(f"max_page_count = {room}")
    n_jobs = Job.objects.count()
    accepted = client.post(address)

    assert refused.status_code == 503
    assert "The disk of the server is full" in refused.content.decode()
    assert n_jobs == accepted_before
    assert accepted.status_code == 302
