"""The audit log as owners and auditors read it."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from curation.models import Annotator
from curation.services.erasing import erase_annotator
from curation.services.quality.acting import act
from tests.factories import make_project

pytestmark = pytest.mark.django_db


def test_an_annotator_has_the_name_of_today_also_in_lines_of_before_an_erasure(
    client: Client,
) -> None:
    project = make_project()
    bob = Annotator.objects.create(project=project, name="worker-bob")
    act(bob, "warn", reason="too fast", by="me")
    client.force_login(get_user_model().objects.create_superuser("ann", password="x"))

    before = client.get(f"/projects/{project.slug}/audit/").content.decode()
    erased = erase_annotator(project, bob.name, keep_votes=True, by="me")
    after = client.get(f"/projects/{project.slug}/audit/").content.decode()

    assert "warned an annotator: worker-bob" in before
    assert f"warned an annotator: {erased.pseudonym}" in after
    assert f"forgot an annotator: {erased.pseudonym}" in after
    assert "worker-bob" not in after
