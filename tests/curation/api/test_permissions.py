"""Every endpoint × every role: who comes in, and who is told what it takes."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from curation.api import api
from curation.models import Project, Role
from curation.services.access import RIGHTS, Right
from tests.curation.api.calling import program, send
from tests.curation.api.world import make_world, names_in
from tests.factories import make_member

pytestmark = pytest.mark.django_db

P = "/projects/{slug}"
POLICY = {"keep_all": True}
WISH = {"provider": "openai", "method": "zero_shot", "count": 2, "model": "tiny"}
TRAIN = {"sources": ["synthetic"], "classifier": "tfidf"}
KEY = "00000000-0000-4000-8000-000000000000"
ANYBODY = None  # who has an account; what is listed is their own

READ = (
    "", "/labels", "/examples", "/examples/{example_id}", "/rounds", "/rounds/{number}",
    "/rounds/{number}/tasks", "/votes", "/annotators", "/annotators/{name}", "/agreement",
    "/agreement/statistics", "/explorer/scores", "/versions", "/versions/{number}",
    "/versions/{number}/rows", "/versions/{number}/card", "/versions/{number}/lineage",
    "/versions/{number}/exports", "/versions/{number}/export/{form}",
    "/versions/{before}/diff/{after}", "/versions/{before}/diff/{after}/rows", "/jobs",
    "/jobs/{job_id}", "/predictions", "/predictions/runs", "/generation/runs",
    "/generation/runs/{number}", "/generation/runs/{number}/drafts", "/generation/lists",
    "/training/runs", "/training/runs/{number}", "/training/scores",
)  # fmt: skip
WORK: dict[tuple[str, str], Any] = {
    ("POST", "/examples"): {"examples": [{"id": "new", "text": "a new text"}]},
    ("POST", "/rounds"): {},
    ("PATCH", "/rounds/{number}"): {"state": "paused"},
    ("POST", "/rounds/{number}/refill"): None,
    ("POST", "/rounds/{number}/links"): {},
    ("DELETE", "/rounds/{number}/links"): None,
    ("POST", "/votes"): {"votes": [{"example": "joke-0", "annotator": "new", "label": "joke"}]},
    ("POST", "/annotators/{name}/actions"): {"do": "warn", "reason": "too fast"},
    ("POST", "/versions"): POLICY,
    ("POST", "/jobs"): {"kind": "agreement"},
    ("POST", "/jobs/{job_id}/cancel"): None,
    ("POST", "/jobs/{job_id}/again"): None,
    ("POST", "/predictions"): {
        "run": "outside:mine",
        "predictions": [{"example": "joke-0", "probabilities": {"joke": 1}}],
    },
    ("POST", "/generation/plan"): WISH,
    ("POST", "/generation/runs"): WISH,
    ("POST", "/generation/runs/{number}/{action}"): None,
    ("PUT", "/generation/lists/{name}"): {"values": ["cats"]},
    ("DELETE", "/generation/lists/{name}"): None,
    ("POST", "/training/runs"): TRAIN,
}
ROWS: dict[tuple[str, str], tuple[Right | None, Any]] = {
    ("GET", "/me"): (ANYBODY, None),
    ("GET", "/problems"): (ANYBODY, None),
    ("GET", "/problems/{name}"): (ANYBODY, None),
    ("GET", "/projects"): (ANYBODY, None),
    ("POST", "/projects"): (ANYBODY, {"slug": "new", "labels": [{"name": "a"}, {"name": "b"}]}),
    **{("GET", P + path): (Right.SEE, None) for path in READ},
    **{(method, P + path): (Right.WORK, body) for (method, path), body in WORK.items()},
    ("PATCH", P): (Right.MANAGE, {"overlap": 4}),
    ("PATCH", f"{P}/labels/{{name}}"): (Right.MANAGE, {"title": "A joke"}),
    ("POST", f"{P}/versions/foresee"): (Right.SEE, POLICY),
    ("POST", f"{P}/explorer"): (Right.SEE, POLICY),
    ("POST", f"{P}/training/plan"): (Right.SEE, TRAIN),
    ("POST", f"{P}/rounds/{{number}}/hands"): (Right.ANNOTATE, None),
    ("POST", f"{P}/rounds/{{number}}/answers"): (Right.ANNOTATE, {"key": KEY, "label": "joke"}),
    ("POST", f"{P}/rounds/{{number}}/answers/undo"): (Right.ANNOTATE, None),
    ("GET", "/studies"): (ANYBODY, None),
    ("POST", "/studies/plan"): (Right.WORK, {"plan": {}}),
    ("POST", "/studies"): (Right.WORK, {"plan": {}}),
    ("GET", "/studies/{slug}"): (Right.SEE, None),
    ("DELETE", "/studies/{slug}"): (Right.MANAGE, None),
    ("POST", "/studies/{slug}/run"): (Right.WORK, None),
    ("POST", "/studies/{slug}/stop"): (Right.WORK, None),
}
PLANNED = {("POST", "/studies/plan"), ("POST", "/studies")}  # the plan names the projects
PEOPLE: tuple[Role | None, ...] = (*Role, None)


@pytest.fixture
def project() -> Project:
    return make_world()


@pytest.mark.parametrize("role", PEOPLE, ids=str)
def test_every_endpoint_lets_in_whose_role_suffices(project: Project, role: Role | None) -> None:
    caller = program(make_member(project, role), "manage")

    wrong = {
        row: status for row in ROWS if not _fits(status := _status(caller, row), ROWS[row][0], role)
    }

    assert wrong == {}


def test_nobody_comes_in_without_a_token_or_a_login(project: Project, client: Client) -> None:
    open_to_all = {("GET", "/problems"), ("GET", "/problems/{name}")}

    statuses = {row: _status(client, row) for row in ROWS if row not in open_to_all}

    assert {row: status for row, status in statuses.items() if status != 401} == {}


def test_a_new_endpoint_has_a_row() -> None:
    described = {
        (method.upper(), path.removeprefix("/api/v1"))
        for path, methods in api.get_openapi_schema()["paths"].items()
        for method in methods
    }

    assert described == ROWS.keys()


def _status(caller: Client, row: tuple[str, str]) -> int:
    method, path = row
    body = ROWS[row][1]
    if row in PLANNED:
        body = {"plan": _plan()}
    answer = send(caller, method, path.format(**names_in(path)), body)
    answer.close()  # of a zip that nobody reads
    return int(answer.status_code)


def _plan() -> dict[str, Any]:
    return {
        "title": "Is it as good?",
        "projects": ["jokes"],
        "arms": [{"name": "Synthetic", "source": "synthetic"}],
        "classifiers": {"tfidf": {"classifier": "tfidf"}},
    }


def _fits(status: int, right: Right | None, role: Role | None) -> bool:
    if right is None or (role is not None and right in RIGHTS[role]):
        return status not in {401, 403, 422, 500}
    return status == (404 if role is None else 403)
