"""Upgrading an installation in which everybody could do everything."""

from __future__ import annotations

import importlib

import pytest
from django.apps import apps

from curation.models import Membership
from tests.factories import make_member, make_project


@pytest.mark.django_db
def test_whoever_has_an_account_before_roles_exist_owns_what_there_is() -> None:
    projects = make_project("jokes"), make_project("news")
    users = [make_member(projects[0], None, name=name) for name in ("mira", "tom")]
    migration = importlib.import_module("curation.migrations.0008_people")

    migration.everybody_stays_owner(apps, None)

    held = Membership.objects.values_list("project__slug", "user__username", "role")
    assert set(held) == {
        (project.slug, user.username, "owner") for project in projects for user in users
    }
