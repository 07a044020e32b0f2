"""A threshold that cannot be, given to the pages, the commands and the interface."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from curation.models import DatasetVersion, Job, Project
from tests.factories import annotate, make_project

pytestmark = pytest.mark.django_db

SITE, API = "/projects/jokes/", "/api/v1/projects/jokes/versions"
OUTSIDE = ["0", "-1", "1.01", "nan", "inf", "-inf", "1e400", "high", "0,8", "0.8.1", "0x1", "٫٨"]
OUTSIDE_JSON = [
    "0", "-1", "1.01", "NaN", "Infinity", "1e400", '"high"', '"0,8"', "[]", "1" * 400,
]  # fmt: skip
NAMES = ["threshold", "keep_share", "threshold_joke"]


@pytest.fixture
def project() -> Project:
    project = make_project("jokes")
    annotate(project, ["joke", "joke", "news"])
    annotate(project, ["news", "news", "news"])
    return project


@pytest.fixture
def reader(admin_client: Client) -> Client:
    return admin_client


def nothing_was_written() -> bool:
    return not DatasetVersion.objects.exists() and not Job.objects.exists()


@pytest.mark.parametrize("name", NAMES)
def test_pages_refuse_it_in_a_sentence(reader: Client, project: Project, name: str) -> None:
    for value in OUTSIDE:
        asked = {"threshold_news": "0.8"} if name == "threshold_joke" else {}
        asked[name] = value

        page = reader.get(f"{SITE}explore/", asked)
        frozen = reader.post(f"{SITE}versions/freeze/", asked)
        numbers = reader.get(f"{SITE}explore/numbers/", asked)

        assert [page.status_code, frozen.status_code, numbers.status_code] == [400] * 3, value
        assert "This cannot be meant." in page.content.decode()
        assert "Nothing was frozen." in frozen.content.decode()
        assert numbers.json()["error"].endswith(".")
    assert nothing_was_written()


@pytest.mark.parametrize("option", ["--threshold", "--keep-share", "--label-threshold"])
def test_the_command_refuses_it_in_a_sentence(project: Project, option: str) -> None:
    for value in OUTSIDE:
        given = [f"{option}={value}"]
        if option == "--label-threshold":
            given = [f"{option}=joke={value}", f"{option}=news=0.8"]
        for more in ([], ["--dry-run"], ["--anyway"]):
            with pytest.raises(CommandError) as refused:
                call_command("curate", "jokes", *given, *more, stdout=StringIO())

            assert refused.value.returncode
            assert len(str(refused.value).splitlines()) == 1
    assert nothing_was_written()


@pytest.mark.parametrize("name", ["threshold", "keep_share", "joke"])
def test_the_interface_refuses_it_in_a_sentence(
    reader: Client, project: Project, name: str
) -> None:
    for value in OUTSIDE_JSON:
        body = f'{{"{name}": {value}}}'
        if name == "joke":
            body = f'{{"label_thresholds": {{"joke": {value}, "news": 0.8}}}}'

        answer = reader.post(API, body, "application/json")

        assert answer.status_code in {400, 422}, value
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["detail"].endswith(".")
    assert nothing_was_written()


@pytest.mark.parametrize(
    "asked",
    [
        '{"keep_all": true, "min_votes": 99999999999999999999999}',
        '{"keep_all": true, "min_votes": -99999999999999999999999}',
        '{"keep_all": true, "certainty": NaN}',
        '{"keep_all": true, "note": "a\\u0000b"}',
        '{"keep_all": true, "note": "a\\ud800b"}',
        '{"keep_all": true, "aggregator": "a\\ud800b"}',
        '{"keep_all": true, "measure": "\\u0000"}',
        '{"keep_all": true, "splits": {"train": NaN}}',
        '{"keep_all": true, "splits": {"train": 1, "seed": -1}}',
        '{"label_thresholds": {"\\ud800": 0.8, "news": 0.8}}',
        "[" * 100_000,
        "null",
        "[]",
        '"x"',
    ],
)
def test_whatever_else_cannot_be_meant_is_refused_by_the_interface(
    reader: Client, project: Project, asked: str
) -> None:
    answer = reader.post(API, asked, "application/json")

    assert answer.status_code in {400, 409, 422}
    assert json.loads(answer.content)["detail"].endswith(".")
    assert nothing_was_written()


def test_a_seed_of_any_size_splits(reader: Client, project: Project) -> None:
    asked = {"keep_all": True, "splits": {"train": 0.5, "test": 0.5, "seed": 10**30}}

    answer = reader.post(API, asked, "application/json")

    assert answer.status_code == 201
    assert answer.json()["version"]["split_plan"]["seed"] == 10**30
    assert reader.get(f"{SITE}versions/1/").status_code == 200


@pytest.mark.parametrize(
    "given",
    [
        ["--min-votes=99999999999999999999999", "--keep-all"],
        ["--keep-all", "--note=a\udcffb"],
        ["--keep-all", "--note=a\0b"],
        ["--keep-all", "--split=nan,nan,nan"],
        ["--keep-all", "--split=1,0,0,0"],
    ],
)
def test_whatever_else_cannot_be_meant_is_refused_by_the_command(
    project: Project, given: list[str]
) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("curate", "jokes", *given, stdout=StringIO())

    assert str(refused.value)
    assert nothing_was_written()


@pytest.mark.parametrize("given", [["--measure=gut"], ["--aggregator=oracle"], ["--seeds=0"]])
def test_the_explorer_as_a_command_refuses_what_it_cannot_show(
    project: Project, given: list[str]
) -> None:
    with pytest.raises(CommandError):
        call_command("agreement", "jokes", "--explore", *given, stdout=StringIO())

    assert nothing_was_written()


def test_where_nobody_voted_the_explorer_as_a_command_says_so(project: Project) -> None:
    make_project("empty")
    options: dict[str, Any] = {"stdout": StringIO()}

    with pytest.raises(CommandError, match=r"voted|judged"):
        call_command("agreement", "empty", "--explore", **options)
