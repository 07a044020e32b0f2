"""What is counted over a version's rows is counted once, and is what counting gives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from curation.models import DatasetVersion, Project
from curation.services.datasets import kept_agreement, known
from curation.services.datasets.comparing import diff_versions
from curation.services.datasets.known import known_of
from curation.services.exports import card_facts
from curation.services.report.examples import most_disputed, styles_of
from curation.services.report.rows import ORDERS, SHOWS, RowsAsked, rows_page
from curation.services.report.versions import outcomes_of
from tests.factories import make_curated, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    return make_project("jokes", labels=("joke", "news"))


@pytest.fixture
def versions(project: Project) -> list[DatasetVersion]:
    return make_curated(project)


def all_facts(versions: list[DatasetVersion]) -> list[Any]:
    project = versions[0].project
    styles = styles_of(project)
    asked = [
        RowsAsked.from_query({"show": show, "order": order, "label": label}, styles)
        for show in SHOWS
        for order in ORDERS
        for label in ("", "news")
    ]
    found: list[Any] = [most_disputed(project, limit=3)]
    for version in versions:
        found += [kept_agreement(version), card_facts(version), outcomes_of(version, styles)]
        found += [rows_page(version, one) for one in asked]
    return [*found, diff_versions(*versions[:2]), diff_versions(*versions[1::-1])]


def test_kept_facts_are_those_that_counting_gives(
    versions: list[DatasetVersion], monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = all_facts(versions)
    monkeypatch.setattr(known, "FEW", 0)

    first, second = all_facts(versions), all_facts(versions)

    assert first == counted
    assert second == counted


def test_a_version_is_counted_once(
    versions: list[DatasetVersion], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known, "FEW", 0)
    moments = iter(range(100))

    found = [
        known_of(version, "moment", lambda: next(moments)) for version in (*versions, *versions)
    ]

    assert found == [*range(len(versions))] * 2


def test_a_file_that_cannot_be_read_is_made_anew(
    versions: list[DatasetVersion], monkeypatch: pytest.MonkeyPatch, concord_home: Path
) -> None:
    monkeypatch.setattr(known, "FEW", 0)
    known_of(versions[0], "times", lambda: 1)
    next(concord_home.glob("versions/*/times.json")).write_text("{")

    assert known_of(versions[0], "times", lambda: 2) == 2
    assert known_of(versions[0], "times", lambda: 3) == 2


def test_pages_of_a_large_version_show_the_same_on_the_second_visit(
    versions: list[DatasetVersion], admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known, "FEW", 0)

    for path in ("/projects/jokes/", "/projects/jokes/versions/1/"):
        first, second = (admin_client.get(path).content.decode() for _ in range(2))
        assert first.split("<main")[1].count("<li") == second.split("<main")[1].count("<li")
