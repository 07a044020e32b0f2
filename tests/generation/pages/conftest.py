from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """Counts that pages remember belong to another test's rows."""
    cache.clear()


@pytest.fixture
def reader(admin_client: Client) -> Client:
    """Somebody who logged in with an operator's account."""
    return admin_client
