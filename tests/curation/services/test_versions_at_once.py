"""Two who freeze, export or import the same at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import pytest
from django.db import connection

from curation.datasets import Policy
from curation.errors import BadInput
from curation.exporters.checking import check_whole
from curation.models import Annotation, DatasetExample, DatasetVersion, Example, Project
from curation.services.datasets import curate_dataset
from curation.services.exports import export_dataset
from curation.services.importing_versions import import_dataset
from tests.factories import make_curated, make_project

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql",
        reason="threads share the memory of a test's SQLite; processes are tested on a file",
    ),
]
T = TypeVar("T")
CROWD = 6


def at_once(do: Callable[[int], T]) -> list[T | BaseException]:
    """What each of several threads got, who began together."""
    barrier = threading.Barrier(CROWD)

    def begin(number: int) -> T | BaseException:
        barrier.wait()
        try:
            return do(number)
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(CROWD) as crowd:
        return list(crowd.map(begin, range(CROWD)))


def test_of_several_who_freeze_the_same_one_makes_the_version() -> None:
    project = make_project("jokes")
    make_curated(project)

    frozen = at_once(lambda _: curate_dataset(project, Policy(keep_all=True)))

    made = [(one.version.number, one.created) for one in frozen]  # type: ignore[union-attr]
    assert sorted(made) == [(3, False)] * (CROWD - 1) + [(3, True)]
    assert DatasetExample.objects.count() == 30


def test_several_who_freeze_something_else_get_a_number_each() -> None:
    project = make_project("jokes")
    make_curated(project)

    frozen = at_once(
        lambda number: curate_dataset(project, Policy(keep_share=0.1 * (number + 1), min_votes=2))
    )

    numbers = [one.version.number for one in frozen]  # type: ignore[union-attr]
    assert sorted(numbers) == list(range(3, 3 + CROWD))
    assert DatasetExample.objects.count() == 10 * (2 + CROWD)


def test_of_several_who_export_to_one_place_each_finds_a_whole_export_or_is_told_to_wait(
    tmp_path: Path,
) -> None:
    version = make_curated(make_project("jokes"))[0]

    done = at_once(lambda _: export_dataset(version, form="csv", to=tmp_path / "out"))

    assert any(not isinstance(one, BaseException) for one in done)
    refused = [one for one in done if isinstance(one, BaseException)]
    assert all(isinstance(one, BadInput) and "Another export" in str(one) for one in refused)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["jokes-v1-csv"]
    assert "rows.csv" in check_whole(tmp_path / "out" / "jokes-v1-csv")


def test_of_several_who_import_the_same_one_brings_it_in(tmp_path: Path) -> None:
    version = make_curated(make_project("jokes"))[0]
    path = export_dataset(version, form="jsonl", to=tmp_path / "out").path

    done = at_once(lambda _: import_dataset(path, slug="copy"))

    assert sorted(one.unchanged for one in done) == [False] + [True] * (CROWD - 1)  # type: ignore[union-attr]
    assert Project.objects.count() == 2
    assert (Example.objects.count(), Annotation.objects.count()) == (20, 60)
    assert DatasetVersion.objects.count() == 3
