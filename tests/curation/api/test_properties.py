"""Whatever is sent: no crash, and no answer that the description does not promise.

A few cases of every endpoint; `make test-api` sends 5,000.
"""

from __future__ import annotations

import math
import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction

from curation.api import api
from curation.models import Project
from curation.services.tokens import create_token
from tests.curation.api.rows import ROWS
from tests.curation.api.world import make_world, names_in
from tests.factories import make_member

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore")]

ROOT = Path(__file__).parents[3]
CASES = int(os.environ.get("CONCORD_API_CASES", "0"))  # over all endpoints; 0: a few of each
FEW = 2
COUNTS = os.environ.get("CONCORD_API_COUNTS", "")  # file that says how many were sent, of what
KNOWN = ("", "address", "address", "address", "all")  # what is put in place of made-up values
TAGS = (
    "about", "projects", "members", "secrets", "audit log", "examples", "rounds", "votes",
    "annotators", "agreement", "explorer",
    "dataset versions", "jobs", "predictions", "report", "objectivity", "generation", "training",
    "studies",
)  # fmt: skip


@pytest.fixture
def project() -> Project:
    return make_world()


@pytest.fixture
def headers(project: Project) -> dict[str, str]:
    owner = make_member(project)
    owner.is_superuser = True
    owner.save(update_fields=["is_superuser"])
    key = create_token(owner, name="test", scopes=["manage"]).key
    return {"Authorization": f"Bearer {key}"}


@pytest.fixture(autouse=True, scope="module")
def connections_stay() -> Iterator[None]:
    """A request ends in the test's own transaction, so it must not close old connections."""
    ends = (request_started, request_finished)
    for signal in ends:
        signal.disconnect(close_old_connections)
    yield
    for signal in ends:
        signal.connect(close_old_connections)


@pytest.fixture(scope="module")
def operations(django_db_blocker: Any, connections_stay: None) -> list[Any]:
    import schemathesis

    with django_db_blocker.unblock():
        schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    return [found.ok() for found in schema.get_all_operations()]


@pytest.mark.parametrize("tag", TAGS)
def test_every_answer_is_one_that_is_described(
    tag: str, operations: list[Any], headers: dict[str, str], project: Project
) -> None:
    per_operation = max(1, math.ceil(CASES / len(operations))) if CASES else FEW
    mine = [operation for operation in operations if operation.tags == [tag]]

    statuses: Counter[int] = Counter()
    for operation in mine:
        statuses += _try(operation, per_operation, headers, names_in(operation.path))

    assert mine
    if COUNTS:
        with Path(COUNTS).open("a") as file:
            file.writelines(f"{tag}\t{status}\t{n}\n" for status, n in sorted(statuses.items()))


def test_every_endpoint_has_one_of_the_tags(operations: list[Any]) -> None:
    assert {tuple(operation.tags) for operation in operations} == {(tag,) for tag in TAGS}


def test_every_endpoint_says_how_it_refuses() -> None:
    described = api.get_openapi_schema()

    for path, method, operation in _endpoints(described):
        refusals = {int(status) for status in operation["responses"] if int(status) >= 400}
        assert {401, 403, 413, 422, 429, 503} <= refusals, (method, path)
        for status in refusals:
            content = operation["responses"][status]["content"]
            assert list(content) == ["application/problem+json"], (method, path)


def test_no_two_shapes_share_a_name() -> None:
    folders = [ROOT / app / "api" for app in ("curation", "generation", "training")]
    sources = [path.read_text() for folder in folders for path in folder.glob("*.py")]

    named = Counter(name for text in sources for name in re.findall(r"^class (\w+)", text, re.M))

    assert [name for name, n in named.items() if n > 1] == []


def test_what_creates_takes_an_idempotency_key() -> None:
    looking = (
        "/plan", "/foresee", "/explorer", "/margin", "/cancel", "/stop", "/links", "/hands",
        "/answers", "/annotator-search",
    )  # fmt: skip

    for path, method, operation in _endpoints(api.get_openapi_schema()):
        named = {parameter["name"] for parameter in operation["parameters"]}
        wanted = method == "post" and not path.endswith(looking)
        assert ("Idempotency-Key" in named) == wanted, (method, path)


def _endpoints(described: Any) -> Iterator[tuple[str, str, Any]]:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def _try(
    operation: Any, cases: int, headers: dict[str, str], there: dict[str, Any]
) -> Counter[int]:
    """Send so many cases, most of them to what is there; how often each status came."""
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import strategies as st
    from schemathesis import GenerationMode
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi import checks

    statuses: Counter[int] = Counter()
    row = (operation.method.upper(), operation.path.removeprefix("/api/v1"))
    body = ROWS[row][1]
    wanted = [
        not_a_server_error,
        checks.status_code_conformance,
        checks.content_type_conformance,
        checks.response_headers_conformance,
        checks.response_schema_conformance,
    ]
    modes = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]
    sent = st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in modes))

    @settings(
        max_examples=cases,
        deadline=None,
        database=None,
        derandomize=not CASES,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=sent, known=st.sampled_from(KNOWN))
    def send(case: Any, known: str) -> None:
        if known:
            case.path_parameters = {name: there[name] for name in case.path_parameters or {}}
        if known == "all" and body is not None:
            case.body, case.media_type = body, "application/json"
        with transaction.atomic():  # what a request changed is undone, so that all stays there
            answer = case.call(headers=headers)
            transaction.set_rollback(True)
        statuses[answer.status_code] += 1
        case.validate_response(answer, checks=wanted)

    send()
    return statuses
