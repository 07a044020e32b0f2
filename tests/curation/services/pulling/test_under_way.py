"""That votes are being fetched is seen by others, whoever fetches them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from curation.label_studio.fake import FakeLabelStudio
from curation.models import Project
from curation.services import fronts
from curation.services.fronts import ConnectedFront, exchange_with
from curation.services.pulling.under_way import fetching, is_fetching
from tests.curation.services import on_fake
from tests.factories import make_project

pytestmark = pytest.mark.django_db
front, project = on_fake.front, on_fake.project


def test_an_exchange_is_under_way_from_its_beginning_to_its_end(
    project: Project, front: FakeLabelStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = on_fake.push(project, front)
    seen = []

    def connected(*args: Any, **options: Any) -> ConnectedFront:
        return ConnectedFront(url=on_fake.URL, front=front)

    monkeypatch.setattr(fronts, "configured_front", connected)
    monkeypatch.setattr(fronts, "exchange", lambda *a, **k: seen.append(is_fetching(project)))
    exchange_with(target)

    assert seen == [True]
    assert not is_fetching(project)


def test_where_no_file_can_be_written_fetching_goes_on_unnoticed(concord_home: Path) -> None:
    (concord_home / "pulling").write_text("a file where a folder is needed")
    project = make_project()

    with fetching(project):
        assert not is_fetching(project)
