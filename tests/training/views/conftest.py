from __future__ import annotations

from typing import Any

import pytest
from django.test import Client


@pytest.fixture
def reader(client: Client, django_user_model: Any) -> Client:
    """Somebody who logged in, and owns every project."""
    client.force_login(django_user_model.objects.create_user("mira", is_superuser=True))
    return client
