"""Tokens: made for somebody, never more than that."""

from __future__ import annotations

from typing import Any

import pytest

from curation.errors import BadInput, TokenRefused
from curation.models import Project
from curation.services.tokens import create_token, find_token, revoke_token, tokens_of
from tests.factories import make_member, make_project

pytestmark = pytest.mark.django_db

GOOD = {"name": "export", "scopes": ["read"]}


@pytest.fixture
def project() -> Project:
    return make_project()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": " "}, "what the token is for"),
        ({"name": "x" * 81}, "what the token is for"),
        ({"scopes": []}, "what the token may do"),
        ({"scopes": ["read", "all"]}, "no scope 'all'"),
        ({"days": 0}, "1 to 3650 days"),
    ],
)
def test_a_token_that_cannot_be_meant_is_refused(
    project: Project, change: dict[str, Any], sentence: str
) -> None:
    owner = make_member(project)

    with pytest.raises(BadInput, match=sentence):
        create_token(owner, **{**GOOD, **change})

    assert not tokens_of(owner).exists()


def test_nobody_makes_a_token_for_a_project_of_others(project: Project) -> None:
    with pytest.raises(BadInput, match="has no role"):
        create_token(make_member(project, None), **GOOD, project=project)  # type: ignore[arg-type]


def test_scopes_stand_in_their_own_order(project: Project) -> None:
    made = create_token(make_member(project), name="all", scopes=["write", "read", "write"])

    assert made.token.scopes == ["read", "write"]


def test_a_token_is_revoked_by_its_maker_only(project: Project) -> None:
    owner, other = make_member(project), make_member(project)
    made = create_token(owner, **GOOD)  # type: ignore[arg-type]

    with pytest.raises(BadInput, match="has no token"):
        revoke_token(other, made.token.pk)
    revoke_token(owner, made.token.pk)
    first = revoke_token(owner, made.token.pk).revoked_at

    assert first == revoke_token(owner, made.token.pk).revoked_at
    with pytest.raises(TokenRefused, match="was revoked"):
        find_token(made.key)
