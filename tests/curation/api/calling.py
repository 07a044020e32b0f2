"""Calling the interface in tests, as a program or with the site's session."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.auth.models import User
from django.test import Client

from curation.models import Project
from curation.services.tokens import create_token

API = "/api/v1"


def send(client: Client, method: str, path: str, content: Any = None, **headers: str) -> Any:
    body = "" if content is None else content if isinstance(content, str) else json.dumps(content)
    return client.generic(
        method, f"{API}{path}", body, content_type="application/json", headers=headers
    )


def post(client: Client, path: str, content: Any = None, **headers: str) -> Any:
    return send(client, "POST", path, content, **headers)


def detail(answer: Any, status: int) -> str:
    """The sentence of a refusal, which must be of this status."""
    assert answer.status_code == status, answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    content = answer.json()
    assert content["status"] == status
    return str(content["detail"])


def kind_of(answer: Any) -> str:
    """The last part of a refusal's `type`."""
    assert answer.headers["Content-Type"] == "application/problem+json", answer.content
    return str(answer.json()["type"]).removeprefix("/api/v1/problems/")


def program(user: User, *scopes: str, project: Project | None = None) -> Client:
    """A client that sends a token of this user and no cookie."""
    key = create_token(user, name="test", scopes=scopes or ["manage"], project=project).key
    return Client(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {key}"})
