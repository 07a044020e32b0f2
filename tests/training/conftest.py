from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from curation.models import Project
from tests.training.factories import make_project


@pytest.fixture
def project(db: None, concord_home: Path) -> Project:
    return make_project()


@pytest.fixture
def own_environment() -> Iterator[None]:
    """What a fit sets in its process is undone afterwards."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)
