"""The explorer's page says where a share cannot be decided by agreement."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.factories import make_curated, make_project

pytestmark = pytest.mark.django_db


def test_a_line_among_texts_of_equal_agreement_says_that_a_lot_decides(
    client: Client, django_user_model: Any
) -> None:
    make_curated(make_project("jokes"))
    client.force_login(django_user_model.objects.create_user("mira", is_superuser=True))

    cut = client.get("/projects/jokes/explore/", {"keep_share": "0.3"}).content.decode()
    whole = client.get("/projects/jokes/explore/", {"threshold": "0.9"}).content.decode()

    assert "The line falls among" in cut
    assert "then by lot." in cut
    assert "The line falls among" not in whole
