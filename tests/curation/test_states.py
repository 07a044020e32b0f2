"""Agreement, explorer, versions and exports where there is little or nothing to show."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from curation.models import Annotator, DatasetVersion, Project
from tests.factories import annotate, make_example, make_project

pytestmark = pytest.mark.django_db

SITE, API = "/projects/jokes/", "/api/v1/projects/jokes"
JSON = "application/json"
PAGES = [
    SITE,
    f"{SITE}agreement/",
    f"{SITE}agreement/aggregators/",
    f"{SITE}explore/",
    f"{SITE}versions/",
    f"{SITE}versions/freeze/",
]
PARTS = [  # refused with a sentence where there is nothing
    f"{SITE}explore/numbers/",
    f"{SITE}explore/margin/",
    f"{API}/agreement",
]
STARTING = [
    f"{SITE}agreement/measure/",
    f"{SITE}agreement/aggregators/compare/",
    f"{SITE}explore/measure/",
]
OF_A_VERSION = [
    "versions/1/", "versions/1/lineage/", "versions/1/prov.json", "versions/1/rows/{row}/",
    "versions/1/diff/2/", "versions/2/diff/1/", "versions/1/card/", "versions/1/csv/",
    "versions/2/croissant/",
]  # fmt: skip


@pytest.fixture
def reader(admin_client: Client) -> Client:
    return admin_client


def no_texts(project: Project) -> None:
    """The project alone."""


def no_labels(project: Project) -> None:
    project.labels.all().delete()


def nobody(project: Project) -> None:
    make_example(project)


def all_skipped(project: Project) -> None:
    annotate(project, [None, None])


def all_set_aside(project: Project) -> None:
    annotate(project, ["joke", "news"])
    Annotator.objects.update(standing=Annotator.Standing.EXCLUDED)


def one_label(project: Project) -> None:
    annotate(project, ["joke", "joke"])


def one_annotator(project: Project) -> None:
    annotate(project, ["joke"])
    annotate(project, ["news"])


def one_vote(project: Project) -> None:
    annotate(project, ["joke"])


NOTHING = [no_texts, no_labels, nobody, all_skipped, all_set_aside]
LITTLE = [one_label, one_annotator, one_vote]
Make = Callable[[Project], None]


@pytest.mark.parametrize("make", NOTHING)
def test_where_nobody_voted_every_page_says_what_belongs_there(reader: Client, make: Make) -> None:
    make(make_project("jokes"))

    pages = {path: reader.get(path) for path in PAGES}
    parts = [reader.get(path) for path in PARTS]

    assert {answer.status_code for answer in pages.values()} == {200}
    assert all('<a class="button' in pages[path].content.decode()
               or "manage.py" in pages[path].content.decode() for path in PAGES[1:4])  # fmt: skip
    assert {answer.status_code for answer in parts} <= {400, 409}
    assert all(answer.content.decode().rstrip('"}').endswith(".") for answer in parts[:2])


@pytest.mark.parametrize("make", NOTHING)
def test_where_nobody_voted_nothing_is_frozen(reader: Client, make: Make) -> None:
    make(make_project("jokes"))

    page = reader.post(f"{SITE}versions/freeze/", {"way": "all"})
    interface = reader.post(f"{API}/versions", {"keep_all": True}, JSON)

    assert (page.status_code, interface.status_code) == (400, 409)
    assert interface.json()["detail"].endswith(".")
    assert [reader.post(path).status_code for path in STARTING] == [302] * 3
    assert not DatasetVersion.objects.exists()


@pytest.mark.parametrize("make", LITTLE)
def test_what_little_there_is_can_be_looked_at(reader: Client, make: Make) -> None:
    make(make_project("jokes"))

    answers = [reader.get(path) for path in [*PAGES, *PARTS, f"{SITE}explore/?way=all"]]

    assert {answer.status_code for answer in answers} == {200}
    assert not any(word_in(answer, ">nan<", "NaN", "None,") for answer in answers)


def word_in(answer: Any, *words: str) -> bool:
    """Tokens are left out: what is drawn by chance may hold any short word."""
    said = re.sub(r"[A-Za-z0-9]{32,}", "", answer.content.decode())
    return any(word in said for word in words)


@pytest.mark.parametrize("make", LITTLE)
def test_what_little_there_is_can_be_frozen_and_taken_along(reader: Client, make: Make) -> None:
    project = make_project("jokes")
    make(project)

    frozen = [
        reader.post(f"{SITE}versions/freeze/", asked).status_code
        for asked in ({"way": "all"}, {"keep_share": "0.5"})
    ]

    assert frozen == [302, 302]
    row = project.examples.values_list("external_id", flat=True)[0]
    for path in OF_A_VERSION:
        answer = reader.get(SITE + path.format(row=row))
        assert answer.status_code == 200, path
        assert b"".join(answer) if answer.streaming else answer.content


def test_where_nothing_can_be_kept_pages_show_their_numbers_all_the_same(
    reader: Client, concord_home: Path
) -> None:
    one_annotator(make_project("jokes"))
    for name in ("agreement", "evidence"):
        (concord_home / name).write_text("a file where a folder should be")

    answers = [reader.get(SITE + path) for path in ("agreement/", "explore/", "explore/numbers/")]

    assert [answer.status_code for answer in answers] == [200] * 3
    assert answers[2].json()["judged"] == 2
